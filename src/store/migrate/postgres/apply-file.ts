import { StoreOpenError } from "../../open-error.ts";
import { type FilePart, partsOf } from "../file-parts.ts";
import { checksumOf, type MigrationFile } from "../files.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Patience } from "./patience.ts";
import { runPart } from "./run-part.ts";
import type { Session } from "./session.ts";
import { readRecord, saveProgress, saveSnapshot } from "./state.ts";

/**
 * Applies a file part by part, each of which is recorded with its effect: what was interrupted, or failed, goes on with the part that it had
 * come to. Those that were done may not be changed meanwhile; the others may.
 */
export async function applyFile(
  session: Session,
  file: MigrationFile,
  snapshot: Snapshot | null,
  patience: Patience,
): Promise<void> {
  const parts = partsOf(file.sql);
  const done = await partsDone(session, file, parts);
  for (const part of parts.slice(done)) {
    const count = parts.indexOf(part) + 1;
    const isLast = count === parts.length;
    await named(file, part, () =>
      runPart(session, part, patience, async () => {
        await record(session, file, parts.slice(0, count), isLast);
        if (isLast && snapshot !== null) await saveSnapshot(session, snapshot);
      }),
    );
  }
}

function record(
  session: Session,
  { name, checksum }: MigrationFile,
  done: readonly FilePart[],
  isDone: boolean,
): Promise<void> {
  return saveProgress(session, {
    name,
    checksum: isDone ? checksum : checksumOfParts(done),
    parts: done.length,
    isDone,
  });
}

/** How many parts have been applied. */
async function partsDone(
  session: Session,
  { name }: MigrationFile,
  parts: readonly FilePart[],
): Promise<number> {
  const progress = (await readRecord(session)).applied.find((each) => each.name === name);
  if (progress === undefined) return 0;
  if (progress.checksum === checksumOfParts(parts.slice(0, progress.parts))) return progress.parts;
  throw new StoreOpenError(
    `${name} was changed in a part that had been applied (the first ${progress.parts}); undo that, and change only what comes after`,
  );
}

function checksumOfParts(parts: readonly FilePart[]): string {
  return checksumOf(JSON.stringify(parts.map(({ mode, statements }) => [mode, statements])));
}

async function named(file: MigrationFile, part: FilePart, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (!(thrown instanceof StoreOpenError)) throw thrown;
    throw new StoreOpenError(`${file.name}: ${part.description}: ${thrown.message}`, { cause: thrown });
  }
}
