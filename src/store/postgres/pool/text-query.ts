import { type Connection, Query } from "pg";
import { toError } from "../../../base/thrown.ts";
import type { Result, RowOfTexts, TextValue } from "./statement.ts";
import { writeExecution, writeParse } from "./statement-messages.ts";

/** Told once of what became of a statement: an error, or its result. */
export type Answered = (error: Error | null, result: Result) => void;

/** What to run. */
export interface TextQueryOptions {
  /** The server keeps the statement under it; null for one that is not kept. */
  readonly name: string | null;
  readonly text: string;
  readonly values: readonly TextValue[];
}

/**
 * A statement whose rows are arrays of text. pg's own query asks for the columns' names and types with each statement, copies what it is given
 * and makes of each row two more: for a statement of 25 rows that is more than the rows themselves. All messages of it leave in one piece. What
 * pg's client calls has the names that it has there.
 */
export class TextQuery extends Query {
  /** As in pg, it gives back what stood in the way. A function of its own for each would have V8 keep them until the old generation is collected. */
  override readonly submit: (connection: Connection) => void;
  /** pg remembers by it what the server has parsed. */
  readonly name: string | undefined;
  readonly text: string;
  readonly values: readonly TextValue[];
  readonly callback: Answered;
  #rows: RowOfTexts[];
  #count: number;

  constructor({ name, text, values }: TextQueryOptions, callback: Answered) {
    super(text);
    this.submit = submit;
    this.name = name ?? undefined;
    this.text = text;
    this.values = values;
    this.callback = callback;
    this.#rows = [];
    this.#count = 0;
  }

  handleDataRow({ fields }: { readonly fields: RowOfTexts }): void {
    this.#rows.push(fields);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    // `SELECT 5`, `INSERT 0 5`, `BEGIN`.
    const count = Number(text.slice(text.lastIndexOf(" ") + 1));
    this.#count = Number.isNaN(count) ? 0 : count;
  }

  handleReadyForQuery(): void {
    this.callback(null, { rows: [], texts: this.#rows, rowCount: this.#count });
  }

  handleError(error: Error): void {
    this.callback(error, nothing);
  }

  handleEmptyQuery(): void {}

  /** What cannot be written is given back to pg's client, which tells it as an answer. */
  send(connection: Connection): Error | null {
    const { stream } = connection;
    const name = this.name ?? "";
    try {
      const execution = writeExecution(name, this.values);
      const parse = this.#isParsed(connection) ? null : writeParse(name, this.text);
      if (stream.writable) stream.write(parse === null ? execution : Buffer.concat([parse, execution]));
      return null;
    } catch (thrown) {
      return toError(thrown);
    }
  }

  /** Whether the server has the statement already, or will have it when it reads this. */
  #isParsed(connection: Connection): boolean {
    const { name } = this;
    if (name === undefined || !remembersNames(connection)) return false;
    const { parsedStatements, submittedNamedStatements } = connection;
    if (parsedStatements[name] !== undefined || submittedNamedStatements[name] !== undefined) return true;
    submittedNamedStatements[name] = this.text;
    return false;
  }
}

function submit(this: TextQuery, connection: Connection): Error | null {
  return this.send(connection);
}

const nothing: Result = { rows: [], texts: [], rowCount: 0 };

/** Texts by name: what the server has said that it has parsed, and what it was told to. pg keeps both. */
interface Names {
  readonly parsedStatements: Readonly<Record<string, string>>;
  readonly submittedNamedStatements: Record<string, string>;
}

function remembersNames(connection: Connection): connection is Connection & Names {
  return "parsedStatements" in connection && "submittedNamedStatements" in connection;
}
