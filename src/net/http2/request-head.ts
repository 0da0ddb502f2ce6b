import type { ConnectionInfo, RequestHead } from "../exchange.ts";
import { bitOf, type RequestFields } from "./request-fields.ts";

/** The head of an HTTP/2 request. */
export class Http2RequestHead implements RequestHead {
  readonly method: string;
  readonly path: string;
  readonly query: string | null;
  readonly upgrade: string | null;
  readonly connection: ConnectionInfo;
  readonly #fields: readonly string[];
  readonly #names: number;

  constructor(read: RequestFields, connection: ConnectionInfo) {
    const { path, protocol } = read;
    const mark = path.indexOf("?");
    this.method = read.method;
    this.path = mark < 0 ? path : path.slice(0, mark);
    this.query = mark < 0 ? null : path.slice(mark + 1);
    this.upgrade = protocol === "" ? null : protocol.toLowerCase();
    this.connection = connection;
    this.#fields = read.fields;
    this.#names = read.names;
  }

  header(name: string): string | undefined {
    // Most that are asked for are not there.
    if ((this.#names & bitOf(name)) === 0) return;
    const fields = this.#fields;
    let value: string | undefined;
    for (let index = 0; index < fields.length; index += 2)
      if (fields[index] === name)
        value = value === undefined ? fields[index + 1] : `${value}, ${fields[index + 1]}`;
    return value;
  }

  fields(): readonly string[] {
    return this.#fields;
  }
}
