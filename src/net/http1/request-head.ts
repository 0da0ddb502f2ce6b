import type { ConnectionInfo, RequestHead } from "../exchange.ts";
import type { HeadFields } from "./head-fields.ts";

/** What the request line says (RFC 9112 §3). */
export interface StatedLine {
  readonly method: string;
  /** Of the target, still percent-encoded. */
  readonly path: string;
  readonly query: string | null;
}

/** The head of an HTTP/1.1 request. Its fields may be those of a head before that were the same. */
export class Http1RequestHead implements RequestHead {
  readonly method: string;
  readonly path: string;
  readonly query: string | null;
  readonly upgrade: string | null;
  readonly connection: ConnectionInfo;
  readonly #fields: HeadFields;
  /** What `Content-Length` says where it alone is not as in the fields; below 0 where it is. */
  readonly #length: number;

  constructor(
    { method, path, query }: StatedLine,
    connection: ConnectionInfo,
    fields: HeadFields,
    length: number = -1,
  ) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.connection = connection;
    this.#fields = fields;
    this.#length = length;
    this.upgrade = fields.upgrade ? (fields.value("upgrade")?.toLowerCase() ?? null) : null;
  }

  fields(): readonly string[] {
    const list = this.#fields.list();
    if (this.#length < 0) return list;
    for (let index = 0; index < list.length; index += 2)
      if (list[index] === "content-length") list[index + 1] = String(this.#length);
    return list;
  }

  header(name: string): string | undefined {
    if (this.#length >= 0 && name === "content-length") return String(this.#length);
    return this.#fields.value(name);
  }
}
