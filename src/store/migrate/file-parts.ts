import { StoreOpenError } from "../open-error.ts";
import { modeWords } from "./file-text.ts";
import { endsTransaction, splitStatements } from "./statements.ts";
import type { PartMode, StepPart } from "./step.ts";

/** A part of a file that is applied, and recorded, by itself. */
export interface FilePart extends StepPart {
  /** The step that it belongs to, as the plan tells it. */
  readonly description: string;
}

const modes = new Map(Object.entries(modeWords).map(([mode, words]) => [words, mode as PartMode]));
const marker = /^-- step: (.*)$/gm;

/**
 * The parts of a file, each of which begins with `-- step: what it does`, and `(outside transactions)` or `(in batches)` at the end
 * of that line. A file without such a line is one part, in a transaction.
 */
export function partsOf(sql: string): readonly FilePart[] {
  const marks = [...sql.matchAll(marker)];
  const begin = sql.slice(0, marks[0]?.index ?? sql.length);
  const parts = [
    toPart("its beginning", "transaction", begin),
    ...marks.map(({ 1: line = "", index }, at) => {
      const words = [...modes.keys()].find((each) => each !== "" && line.endsWith(each)) ?? "";
      const text = sql.slice(index, marks[at + 1]?.index ?? sql.length);
      return toPart(line.slice(0, line.length - words.length), modes.get(words) ?? "transaction", text);
    }),
  ].filter(({ statements }) => statements.length > 0);
  // A file that does nothing is recorded like any other.
  return parts.length > 0 ? parts : [{ description: "nothing", mode: "transaction", statements: [] }];
}

function toPart(description: string, mode: PartMode, sql: string): FilePart {
  if (endsTransaction(sql)) {
    throw new StoreOpenError(
      `${description}: it is run in transactions of its own; leave begin, commit and rollback out, and begin what needs none by "-- step: ... (outside transactions)"`,
    );
  }
  const statements = splitStatements(sql);
  // In a transaction all of it goes out at once, as it is; what stands outside goes one by one.
  return {
    description,
    mode,
    statements: mode === "transaction" && statements.length > 0 ? [sql] : statements,
  };
}
