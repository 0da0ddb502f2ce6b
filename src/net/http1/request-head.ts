import type { ConnectionInfo, RequestHead } from "../exchange.ts";

/** Where a field stands in the text of its head: four numbers each, name start and end, value start and end. */
export type FieldSpans = readonly number[];

/** The fields of a head, as they were found. */
export interface HeadFields {
  readonly text: string;
  readonly spans: FieldSpans;
  /** A bit for each length of name, mod 32. */
  readonly nameLengths: number;
  /** `Connection` says that there is an `Upgrade`. */
  readonly upgrade: boolean;
}

/** The head of an HTTP/1.1 request: one text, and where its fields stand in it. Values are cut out when asked for. */
export class Http1RequestHead implements RequestHead {
  readonly method: string;
  readonly path: string;
  readonly query: string | null;
  readonly upgrade: string | null;
  readonly connection: ConnectionInfo;
  readonly #text: string;
  readonly #spans: FieldSpans;
  /** A bit for each length of name (mod 32) there is, so that the search for an absent field mostly ends at once. */
  readonly #nameLengths: number;

  constructor(
    method: string,
    path: string,
    query: string | null,
    connection: ConnectionInfo,
    fields: HeadFields,
  ) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.connection = connection;
    this.#text = fields.text;
    this.#spans = fields.spans;
    this.#nameLengths = fields.nameLengths;
    this.upgrade = fields.upgrade ? (this.header("upgrade")?.toLowerCase() ?? null) : null;
  }

  fields(): readonly string[] {
    const spans = this.#spans;
    const found: string[] = [];
    for (let index = 0; index < spans.length; index += 4)
      found.push(
        this.#text.slice(spans[index], spans[index + 1]).toLowerCase(),
        this.#text.slice(spans[index + 2], spans[index + 3]),
      );
    return found;
  }

  header(name: string): string | undefined {
    if ((this.#nameLengths & (1 << (name.length & 31))) === 0) return undefined;
    const text = this.#text;
    const spans = this.#spans;
    let value: string | undefined;
    for (let index = 0; index < spans.length; index += 4) {
      const start = spans[index] ?? 0;
      if ((spans[index + 1] ?? 0) - start !== name.length || !isName(text, start, name)) continue;
      const line = text.slice(spans[index + 2], spans[index + 3]);
      value = value === undefined ? line : value + separator(name) + line;
    }
    return value;
  }
}

/** RFC 9110 §5.3; the lines of Cookie alone are joined otherwise (RFC 6265 §4.2.1). */
function separator(name: string): string {
  return name === "cookie" ? "; " : ", ";
}

/** Compares without regard to case; `name` is in lower case. */
function isName(text: string, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const code = text.charCodeAt(start + index);
    if (
      code !== name.charCodeAt(index) &&
      (code < 0x41 || code > 0x5a || code + 0x20 !== name.charCodeAt(index))
    )
      return false;
  }
  return true;
}
