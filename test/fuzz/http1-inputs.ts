import fc from "fast-check";

/** Requests to begin from: good ones of every sort, and the usual suspects of request smuggling. */
export const corpus: readonly string[] = [
  "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /a/b?c=d&e HTTP/1.1\r\nHost: a.example:80\r\nAccept: */*\r\nUser-Agent: x/1 (y; z)\r\n\r\n",
  "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
  "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n",
  "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
  "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET http://a/x?y HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
  "DELETE /d HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
  "PUT /u HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
  "\r\nPATCH /m HTTP/1.1\r\nhost:a\r\nX-Long: \tvalue with spaces \t\r\nEmpty:\r\n\r\n",
  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n folded\r\n\r\n",
  "GET / HTTP/1.1\nHost: a\n\n",
];

/** Bytes and words that parsers differ on. */
const morsels: readonly string[] = [
  ..."\r\n \t\0:;,/?#%*\"'()[]{}<>@\\^`|~+-_=.0159aAfFgGzZ\x01\x0b\x0c\x1f\x7f\x80\xa0\xff",
  ...[
    "\r\n",
    "\n\r",
    "\r\n\r\n",
    "\r\r\n",
    "\n\n",
    "  ",
    "0\r\n\r\n",
    "1\r\nx\r\n",
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/2.0",
    "HTTP/0.9",
  ],
  ...[
    "Host: a\r\n",
    "Host: b\r\n",
    "Content-Length: 1\r\n",
    "Content-Length:0\r\n",
    "Transfer-Encoding: chunked\r\n",
  ],
  ...[
    "Transfer-Encoding: gzip, chunked\r\n",
    "Transfer-Encoding:\tchunked \r\n",
    "transfer-encoding: xchunked\r\n",
  ],
  ...[
    "Connection: close\r\n",
    "Connection: keep-alive\r\n",
    "Expect: x\r\n",
    "Upgrade: h2c\r\n",
    "X : y\r\n",
    " fold\r\n",
    "X: y\n",
    "X\r\n",
  ],
  ...[
    "GET ",
    "POST ",
    "CONNECT a:1 ",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "http://",
    "//",
    "../",
    "0x",
    "chunked",
    "-1",
    "99999999999999999999",
  ],
  ...["GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"],
];

interface Change {
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  removed: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 4 }) },
  ),
  inserted: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...morsels) },
    { weight: 1, arbitrary: fc.constant("") },
  ),
});

function apply(text: string, { at, removed, inserted }: Change): string {
  const index = Math.floor(at * text.length);
  return text.slice(0, index) + inserted + text.slice(index + removed);
}

/** One to three requests of the corpus, changed in up to four places. */
export const mutated: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.constantFrom(...corpus), { minLength: 1, maxLength: 3 }),
    fc.array(change, { maxLength: 4 }),
  )
  .map(([requests, changes]) => changes.reduce(apply, requests.join("")));

/** Where to split, as parts of the whole length. */
export const borders: fc.Arbitrary<number[]> = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  minLength: 1,
  maxLength: 8,
});

export function split(text: string, at: readonly number[]): string[] {
  const places = [...new Set(at.map((part) => Math.floor(part * text.length)))].sort((a, b) => a - b);
  const ends = [...places, text.length];
  const chunks = ends.map((end, index) => text.slice(index === 0 ? 0 : ends[index - 1], end));
  return chunks.filter((chunk) => chunk !== "");
}
