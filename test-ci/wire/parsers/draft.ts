/** A request as its parts, each of which can be spoilt. Octets beyond ASCII are latin1. */
export interface Draft {
  /** What stands before the request line. */
  readonly before: string;
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** Field lines without their ends. */
  readonly lines: readonly string[];
  /** After the empty line. */
  readonly content: string;
}

const plain: Draft = {
  before: "",
  method: "GET",
  target: "/a/b?c=d",
  version: "HTTP/1.1",
  lines: ["Host: a"],
  content: "",
};

const chunks = "5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\nX-Trailer: t\r\n\r\n";

/** Sound requests to begin from, one of each sort. */
export const drafts: readonly Draft[] = [
  plain,
  { ...plain, method: "HEAD", lines: ["Host: a.example:80", "Accept: */*", "User-Agent: x/1 (y; z)"] },
  { ...plain, method: "POST", lines: ["Host: a", "Content-Length: 5"], content: "hello" },
  { ...plain, method: "PUT", lines: ["Transfer-Encoding: chunked", "Host: a"], content: chunks },
  { ...plain, version: "HTTP/1.0", lines: ["Host: a", "Connection: keep-alive"] },
];

export function toText({ before, method, target, version, lines, content }: Draft): string {
  const head = [`${method} ${target} ${version}`, ...lines].map((line) => `${line}\r\n`).join("");
  return `${before}${head}\r\n${content}`;
}

/** Follows each request: whoever answers it has found the end of what came before. The server closes after it. */
export const last: string = toText({ ...plain, target: "/last", lines: ["Host: a", "Connection: close"] });
