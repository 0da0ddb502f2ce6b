import { encodeFields } from "./hpack/encoder.ts";

/**
 * A status and the header fields that never change for an answer of its sort, encoded once at start for each HTTP
 * version. What varies by the answer is passed beside it.
 */
export class HeadBlock {
  readonly status: number;
  /** `[name, value, ...]`, names in lower case. */
  readonly fields: readonly string[];
  /** Status line and fields as HTTP/1.1 has them, without the empty line that ends a head. */
  readonly http1: string;
  /** Status and fields as HTTP/2 has them (HPACK), without references to a table. */
  readonly http2: Uint8Array;
  /** The date line that came last, and the head with it. */
  #dateLine: string;
  #dated: string;

  constructor(status: number, fields: readonly string[] = []) {
    this.status = status;
    this.fields = fields;
    this.http1 = flat(`HTTP/1.1 ${status} ${reasonPhrases[status] ?? ""}\r\n${http1Lines(fields)}`);
    this.http2 = encodeFields([":status", String(status), ...fieldsForHttp2(fields)]);
    this.#dateLine = "";
    this.#dated = this.http1;
  }

  /** {@link http1} and the `date` line, which is put together once for all answers of a second. */
  datedHttp1(dateLine: string): string {
    if (dateLine !== this.#dateLine) {
      this.#dateLine = dateLine;
      this.#dated = flat(this.http1 + dateLine);
    }
    return this.#dated;
  }
}

/** The same text in one piece: V8 keeps a concatenation as a tree, and would walk through it at each answer. */
function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

/** Header fields as HTTP/1.1 lines. Values are the program's own here: they are not checked again. */
export function http1Lines(fields: readonly string[]): string {
  let lines = "";
  for (let index = 0; index < fields.length; index += 2)
    lines += `${fields[index]}: ${fields[index + 1]}\r\n`;
  return lines;
}

/** Without those that are about a connection, which HTTP/2 must not send (RFC 9113 §8.2.2). */
function fieldsForHttp2(fields: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] ?? "";
    if (!connectionFields.has(name)) kept.push(name, fields[index + 1] ?? "");
  }
  return kept;
}

const connectionFields: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

const reasonPhrases: Readonly<Record<number, string>> = {
  100: "Continue",
  101: "Switching Protocols",
  102: "Processing",
  103: "Early Hints",
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  417: "Expectation Failed",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  499: "Client Closed Request",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};
