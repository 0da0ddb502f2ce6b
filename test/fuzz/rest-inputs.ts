import type { Random } from "./random.ts";

/** What a case was made by, for the report. */
export type Sort = "valid" | "value" | "mutated" | "json" | "query" | "head" | "framing" | "bytes";

/** The octets of one case, one character each. */
export interface Case {
  readonly sort: Sort;
  readonly text: string;
}

/** Makes a case; `ids` are of rows that there are. */
export function makeCase(random: Random, ids: readonly string[]): Case {
  const sort = random.pick<Sort>([
    "valid",
    "value",
    "value",
    "mutated",
    "mutated",
    "json",
    "json",
    "query",
    "query",
    "head",
    "framing",
    "bytes",
  ]);
  return { sort, text: makers[sort](random, ids) };
}

type Maker = (random: Random, ids: readonly string[]) => string;

const makers: Readonly<Record<Sort, Maker>> = {
  valid: (random, ids) => toText(valid(random, ids)),
  value: (random, ids) => toText({ ...valid(random, ids), ...soundBody(random, ids) }),
  mutated: (random, ids) => mutate(random, toText(valid(random, ids))),
  json: (random, ids) => toText({ ...valid(random, ids), ...bodyOf(random) }),
  query: (random, ids) =>
    toText({ ...valid(random, ids), method: "GET", body: "", target: hostileTarget(random, ids) }),
  head: (random, ids) => hostileHead(random, valid(random, ids)),
  framing: (random, ids) => hostileFraming(random, valid(random, ids)),
  bytes: (random) => bytes(random, 600),
};

interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
}

function toText({ method, target, headers, body }: Request): string {
  const length = body === "" ? [] : [`Content-Length: ${body.length}`];
  return `${method} ${target} HTTP/1.1\r\n${["Host: a", ...headers, ...length].join("\r\n")}\r\n\r\n${body}`;
}

const animal =
  '{"name":"Rex","story":"a\\nb","contact":"a@example.com","page":"https://example.com/","legs":2,"cells":"12","weight":1.5,"price":"1.50","tame":true,"photo":"AQI=","bornAt":"2020-01-01T00:00:00Z","arrived":"2020-01-01","diet":"meat","extras":{"a":[1]},"nicknames":["a","b"],"home":{"country":"GB","latitude":1},"mood":null}';

/** A request that means something; most of them are answered with 2xx. */
function valid(random: Random, ids: readonly string[]): Request {
  const id = random.chance(0.8)
    ? random.pick(ids)
    : random.pick(["0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f", "r1", "x", "%00", "..", "a%2Fb", "%F0%9F%A6%96"]);
  const base = random.pick(["", "", "/api", "/api/v1", "/api/v2"]);
  const json = ["Content-Type: application/json"];
  const requests: readonly Request[] = [
    { method: "GET", target: `${base}/animals/${id}`, headers: [], body: "" },
    {
      method: "GET",
      target: `${base}/animals?pageSize=3&orderBy=legs%20desc&filter=legs%20%3E%200`,
      headers: [],
      body: "",
    },
    {
      method: "GET",
      target: `${base}/animals/${id}?include=children,keeper&fields=id`,
      headers: [],
      body: "",
    },
    { method: "POST", target: `${base}/animals`, headers: json, body: animal },
    { method: "PUT", target: `${base}/animals/${id}`, headers: json, body: animal },
    {
      method: "PATCH",
      target: `${base}/animals/${id}`,
      headers: ["Content-Type: application/merge-patch+json"],
      body: '{"legs":3,"story":null}',
    },
    { method: "DELETE", target: `${base}/animals/nobody`, headers: [], body: "" },
    {
      method: "POST",
      target: `${base}/animals:batchCreate`,
      headers: json,
      body: `{"animals":[${animal},{"name":"B"}]}`,
    },
    {
      method: "GET",
      target: `${base}/animals:batchGet?ids=${id}&ids=${random.pick(ids)}`,
      headers: [],
      body: "",
    },
    {
      method: "POST",
      target: `${base}/animals/${id}:feed`,
      headers: json,
      body: '{"grams":5,"at":"2020-01-01T00:00:00Z"}',
    },
    { method: "GET", target: `${base}/animals/${id}:age?inDogYears=true`, headers: [], body: "" },
    {
      method: "POST",
      target: `${base}/animals:rename`,
      headers: [...json, 'Idempotency-Key: "k"'],
      body: '{"from":"a","to":"b"}',
    },
    {
      method: "POST",
      target: `${base}/echo`,
      headers: json,
      body: '{"word":"w","count":1,"big":"5","any":{"a":[null]},"list":[{"a":1}],"octets":"AQI=","when":"2020-01-01T00:00:00Z"}',
    },
    { method: "GET", target: `${base}/sums/0.5?numbers=1&numbers=2`, headers: [], body: "" },
    { method: "GET", target: `${base}/keepers`, headers: ["Authorization: Bearer kim"], body: "" },
    {
      method: "POST",
      target: `${base}/keepers`,
      headers: [...json, "Authorization: Bearer ann"],
      body: '{"name":"K"}',
    },
    { method: "GET", target: "/rooms/r1", headers: [], body: "" },
    {
      method: "GET",
      target: random.pick([
        "/openapi.json",
        "/docs",
        "/errors",
        "/errors/TAG_TAKEN",
        "/livez",
        "/readyz",
        "/metrics",
        "/whoami",
      ]),
      headers: [],
      body: "",
    },
    {
      method: "OPTIONS",
      target: random.pick(["*", `${base}/animals`]),
      headers: ["Origin: https://a.example"],
      body: "",
    },
    { method: "HEAD", target: `${base}/animals`, headers: [], body: "" },
  ];
  const request = random.pick(requests);
  return { ...request, headers: [...request.headers, ...random.some(fields, 3)] };
}

const fields: readonly string[] = [
  "Accept: application/json",
  "Accept: application/problem+json",
  "Accept: text/html;q=0.1, */*;q=nonsense,,;;=",
  "Accept-Encoding: br, gzip;q=0.5",
  "Accept-Encoding: *;q=1, identity;q=0",
  "API-Version: 1",
  "API-Version: __proto__",
  "If-Match: *",
  'If-Match: W/"a", "b.1", "',
  'If-None-Match: "a", *',
  'If-None-Match: "abc.1"',
  "Idempotency-Key: abc",
  'Idempotency-Key: "é"',
  `Idempotency-Key: "${"k".repeat(255)}"`,
  "Request-Timeout: 5",
  "Request-Timeout: -1",
  "Authorization: Bearer kim",
  "Authorization: Bearer ",
  "Authorization: Basic Og==",
  "Origin: null",
  "X-Request-Id: a\tb",
  "Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  "Traceparent: ff-zz",
  "Content-Encoding: gzip",
  "Content-Type: text/plain",
  "Content-Type: application/json; charset=utf-16",
  "Expect: 100-continue",
  "Expect: nonsense",
  "Connection: close",
  "Connection: upgrade, keep-alive",
  "Upgrade: h2c",
  "Cookie: a=b",
];

/** Content that a JSON reader must bear with, well formed or not. */
function bodyOf(random: Random): Pick<Request, "method" | "target" | "headers" | "body"> {
  const method = random.pick(["POST", "PUT", "PATCH"]);
  const target = random.pick([
    "/animals",
    "/animals/x",
    "/animals:batchCreate",
    "/echo",
    "/api/v1/animals",
    "/keepers",
    "/animals:rename",
  ]);
  return {
    method,
    target,
    headers: ["Content-Type: application/json", "Authorization: Bearer ann"],
    body: jsonBody(random),
  };
}

/** Content of the right names, with values that mostly mean something: what reaches handlers and the store. */
function soundBody(
  random: Random,
  ids: readonly string[],
): Pick<Request, "method" | "target" | "headers" | "body"> {
  const members = random
    .some(Object.entries(sound), 8)
    .map(([name, values]) => `"${name}":${random.pick([...values, random.pick(scalars)])}`);
  const unique = [...new Map(members.map((member) => [member.split(":")[0], member])).values()];
  const reference = random.chance(0.3)
    ? [`"${random.pick(["motherId", "keeperId"])}":"${random.pick(ids)}"`]
    : [];
  const [method, target] = random.pick([
    ["POST", "/animals"],
    ["PATCH", `/animals/${random.pick(ids)}`],
    ["PUT", `/animals/${random.pick(ids)}`],
  ] as const);
  const body = `{${['"name":"N"', ...unique.filter((each) => !each.startsWith('"name"')), ...reference].join(",")}}`;
  const key = random.chance(0.2) ? [`Idempotency-Key: ${random.below(50)}`] : [];
  return {
    method,
    target,
    headers: ["Content-Type: application/json", ...key, ...random.some(fields, 1)],
    body,
  };
}

const sound: Readonly<Record<string, readonly string[]>> = {
  story: ['"a\\nb"', '""', "null", '"\\u2028"', `"${"x".repeat(20_000)}"`],
  contact: ['"a@example.com"', "null"],
  page: ['"https://example.com/"', "null"],
  tag: ['"AB-1"', '"AB-2"', "null"],
  legs: ["0", "1000", "4.0", "1e2", "-0"],
  cells: ['"0"', '"9223372036854775807"', "1", "null"],
  weight: ["1e308", "5e-324", "-0", "0.1", "null"],
  price: ['"99999999.99"', "0", '"0.1"', "1.5"],
  tame: ["true", "false"],
  photo: ['""', '"AQI="', '"_-8"', "null"],
  bornAt: [
    '"0000-01-01T00:00:00Z"',
    '"9999-12-31T23:59:59.999Z"',
    '"2020-01-01t00:00:00.1234567+14:00"',
    "null",
  ],
  arrived: ['"0000-01-01"', '"9999-12-31"', '"2024-02-29"', "null"],
  diet: ['"meat"', '"both"'],
  extras: ['{"__proto__":{"polluted":true}}', "[[[[1]]]]", '""', "0", "null", '{"constructor":1,"":2}'],
  nicknames: ["[]", '["a","b"]', '["",""]', '["é"]'],
  home: ['{"country":"GB"}', '{"country":"GB","latitude":null}', '{"country":"GB","latitude":-90}', "null"],
  mood: ["null", '"x"'],
  secret: ['"s"', "null"],
  visits: ["7", '"ignored"'],
};

function jsonBody(random: Random): string {
  switch (random.below(10)) {
    case 0:
      return nested(random, 1 + random.below(60_000));
    case 1:
      return `{"animals":[${Array(1 + random.below(2000))
        .fill('{"name":1}')
        .join(",")}]}`;
    case 2:
      return `{"name":"a","extras":${nested(random, 1 + random.below(100))}}`;
    case 3:
      return `{"name":"a","nicknames":[${random.some([nested(random, 30_000), '"a"', "null", "{}", "1"], 4).join(",")}]}`;
    case 4:
      return `{${Array.from({ length: random.below(3000) }, (_, each) => `"k${each}":${each}`).join(",")}}`;
    case 5:
      return mutate(random, animal);
    default:
      return objectText(random, 3);
  }
}

const names = [
  "name",
  "title",
  "legs",
  "cells",
  "weight",
  "price",
  "photo",
  "bornAt",
  "arrived",
  "diet",
  "extras",
  "nicknames",
  "home",
  "mood",
  "motherId",
  "keeperId",
  "secret",
  "visits",
  "id",
  "tag",
  "chip",
  "word",
  "big",
  "list",
  "any",
  "octets",
  "animals",
  "items",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "toJSON",
  "then",
  "length",
  "",
  "a.b",
  "\\u0000",
  "\\ud800",
  "é",
  "country",
];

function objectText(random: Random, depth: number): string {
  const members = Array.from(
    { length: random.below(7) },
    () => `"${random.pick(names)}":${valueText(random, depth - 1)}`,
  );
  return `{${members.join(",")}}`;
}

const scalars = [
  "null",
  "true",
  "false",
  "0",
  "-0",
  "1",
  "-1",
  "1.5",
  "1e999",
  "-1e999",
  "1e-999",
  "9007199254740993",
  "9".repeat(400),
  `0.${"1".repeat(400)}`,
  "2147483648",
  "-2147483649",
  "1E+2",
  '""',
  '"x"',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\u202e"',
  `"${"x".repeat(5000)}"`,
  '"2020-02-30T00:00:00Z"',
  '"2020-01-01T00:00:00Z"',
  '"9999-12-31T23:59:59.999999999+23:59"',
  '"0000-01-01"',
  '"10000-01-01"',
  '"1.50"',
  '"-0.00"',
  '"NaN"',
  '"Infinity"',
  '"AQI="',
  '"===="',
  '"AP-1"',
  '"AB-12"',
  '"a@example.com"',
  `"${"a".repeat(300)}@example.com"`,
  '"http://["',
  '"https://a/%"',
  '"0190B1C2-7B1E-7CC3-98C4-DC0C0C07398F"',
  '"18446744073709551616"',
  '"-9223372036854775808"',
  '"\xc3\xa9"',
  '"\xf0\x9f\xa6\x96"',
  '"\xff"',
  '"\xed\xa0\x80"',
  '"\xc0\x80"',
  '"a\nb"',
  "NaN",
  "undefined",
  "'x'",
  "01",
  "+1",
  ".5",
  "1.",
];

function valueText(random: Random, depth: number): string {
  const kind = depth <= 0 ? 0 : random.below(5);
  if (kind === 3)
    return `[${Array.from({ length: random.below(5) }, () => valueText(random, depth - 1)).join(",")}]`;
  if (kind === 4) return objectText(random, depth);
  return random.pick(scalars);
}

function nested(random: Random, depth: number): string {
  const [open, close] = random.pick([
    ["[", "]"],
    ['{"a":', "}"],
    ['[{"__proto__":', "}]"],
  ] as const);
  return `${open.repeat(depth)}1${random.chance(0.8) ? close.repeat(depth) : ""}`;
}

const words = [
  "legs",
  "name",
  "title",
  "weight",
  "bornAt",
  "arrived",
  "price",
  "cells",
  "tame",
  "diet",
  "motherId",
  "id",
  "extras",
  "secret",
  "__proto__",
  "AND",
  "OR",
  "NOT",
  "-",
  "(",
  ")",
  "=",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  ":",
  '"a"',
  "'b*'",
  '"*"',
  "null",
  "true",
  "1",
  "-1",
  "1e9",
  "2020-01-01",
  '"2020-01-01T00:00:00Z"',
  "*",
  "\\",
  '"',
  "'",
  ",",
  ".",
  ";",
  "--",
  "%",
  "é",
  "\u0000",
];

function hostileTarget(random: Random, ids: readonly string[]): string {
  const path = random.pick([
    "/animals",
    "/api/v1/animals",
    `/animals/${random.pick(ids)}`,
    "/animals:batchGet",
    "/sums/1",
    `/animals/${random.pick(ids)}:age`,
    "/keepers",
    "/rooms",
  ]);
  const parameters = Array.from(
    { length: random.below(5) },
    () => `${parameterName(random)}${random.chance(0.9) ? "=" : ""}${parameterValue(random)}`,
  );
  if (random.chance(0.02)) parameters.push(...Array<string>(300).fill("a=1"));
  return `${path}?${parameters.join(random.chance(0.95) ? "&" : ";")}`;
}

function parameterName(random: Random): string {
  return random.pick([
    "filter",
    "filter",
    "filter",
    "orderBy",
    "orderBy",
    "pageToken",
    "pageToken",
    "pageSize",
    "fields",
    "include",
    "ids",
    "numbers",
    "scale",
    "inDogYears",
    "__proto__",
    "constructor",
    "%00",
    "%ff",
    "",
    "a[b]",
  ]);
}

function parameterValue(random: Random): string {
  switch (random.below(6)) {
    case 0:
      return madeUpToken(random);
    case 1:
      return random.pick([
        "%",
        "%zz",
        "%ff",
        "%00",
        "+",
        "%2B",
        "%F0%9F%A6%96",
        "1",
        "0",
        "-1",
        "1e3",
        "99999999999",
        "true",
        "x".repeat(200),
      ]);
    case 2:
      return encodeURIComponent("(".repeat(random.below(400)) + random.pick(words));
    default:
      return encodeURIComponent(random.some(words, 14).join(random.pick([" ", " ", ""])));
  }
}

/** Tokens are opaque, but nothing keeps a caller from making some up. */
function madeUpToken(random: Random): string {
  const fingerprint = random.pick(["", "xxxxxxxx", "jY8Vd-1k"]);
  const text = `["${fingerprint}",${valueText(random, 2)},${valueText(random, 2)}]`;
  return Buffer.from(random.chance(0.9) ? text : text.slice(0, 9), "latin1").toString("base64url");
}

const oddLines = [
  "Host: b",
  "Host:",
  " folded: x",
  "\tfolded",
  "X : spaced",
  "X\tY: tab",
  ": nameless",
  "X",
  "X: \u0000",
  "X: \r",
  "X: a\u007f",
  "Content-Length: +5",
  "Content-Length: 5, 5",
  "Content-Length: -1",
  "Content-Length: 99999999999999999999",
  "Content-Length: 0x5",
  "Content-Length:",
  "Content-Length: 5 5",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: identity",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: chunked, chunked",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding: xchunked",
  "Transfer-Encoding:\u000bchunked",
  "Trailer: X",
  "TE: trailers",
  "Connection: content-length",
  "Connection: host",
  "\xff\xfe: x",
  "X: \xff",
  `X: ${"y".repeat(20_000)}`,
  "HTTP2-Settings: AAMAAABk",
  "Sec-WebSocket-Key: x",
  "Max-Forwards: 0",
];
const requestLines = [
  "GET  /animals HTTP/1.1",
  "GET /animals",
  "GET /animals HTTP/1.0",
  "GET /animals HTTP/9.9",
  "get /animals HTTP/1.1",
  "GET http://a/animals HTTP/1.1",
  "GET http://b/animals HTTP/1.1",
  "CONNECT a:80 HTTP/1.1",
  "TRACE / HTTP/1.1",
  "GET * HTTP/1.1",
  "OPTIONS * HTTP/1.1",
  "GET /animals#x HTTP/1.1",
  "GET /\xff HTTP/1.1",
  "GET /../../etc/passwd HTTP/1.1",
  "G\u0000T / HTTP/1.1",
  "GET / HTTP/1.1 ",
  " GET / HTTP/1.1",
  "PRI * HTTP/2.0",
  `GET /${"a".repeat(9000)} HTTP/1.1`,
  `${"M".repeat(100)} / HTTP/1.1`,
  "GET //animals HTTP/1.1",
  "GET /animals?a b HTTP/1.1",
  "QUERY /animals HTTP/1.1",
  "\r\n\r\nGET / HTTP/1.1",
];

function hostileHead(random: Random, request: Request): string {
  const line = random.chance(0.5)
    ? random.pick(requestLines)
    : `${request.method} ${request.target} HTTP/1.1`;
  const lines = [...(random.chance(0.9) ? ["Host: a"] : []), ...request.headers, ...random.some(oddLines, 3)];
  const ending = random.pick(["\r\n", "\r\n", "\r\n", "\n", "\r"]);
  if (random.chance(0.03)) lines.push(...Array<string>(150).fill("x: y"));
  return [line, ...lines].join(ending) + ending + ending + request.body;
}

/** Content whose end two readers could see at different places. */
function hostileFraming(random: Random, request: Request): string {
  const head = `${request.method} ${request.target} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n`;
  const chunks = random.pick([
    `${request.body.length.toString(16)}\r\n${request.body}\r\n0\r\n\r\n`,
    "5\r\nhello\r\n0\r\n\r\n",
    "5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n",
    "5\nhello\n0\n\n",
    "-1\r\n\r\n",
    "ffffffffffffffff\r\n",
    "0x5\r\nhello\r\n0\r\n\r\n",
    "5\r\nhelloX\r\n0\r\n\r\n",
    "5 \r\nhello\r\n0\r\n\r\n",
    `5;${"a".repeat(20_000)}\r\n`,
    "0\r\nContent-Length: 5\r\n\r\n",
    "0\r\n bad\r\n\r\n",
    "\r\n",
    "g\r\n",
    "",
  ]);
  const smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  const lengths = random.pick([
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "Content-Length: 5\r\nContent-Length: 6\r\n",
    "Content-Length: 5\r\nContent-Length: 5\r\n",
    `Content-Length: ${chunks.length}\r\n`,
    `Content-Length: ${chunks.length + 10}\r\n`,
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    "Transfer-Encoding:\r\n chunked\r\n",
    "Content-Length: 1048577\r\n",
    "",
  ]);
  return `${head}${lengths}\r\n${chunks}${random.chance(0.4) ? smuggled : ""}`;
}

function bytes(random: Random, most: number): string {
  return Array.from({ length: random.below(most) }, () =>
    String.fromCharCode(random.chance(0.7) ? 32 + random.below(95) : random.below(256)),
  ).join("");
}

/** The same with some octets changed, taken out, doubled or put in. */
function mutate(random: Random, text: string): string {
  let mutated = text;
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(mutated.length + 1);
    const length = random.pick([1, 1, 2, 8, 40]);
    const [before, part, after] = [
      mutated.slice(0, at),
      mutated.slice(at, at + length),
      mutated.slice(at + length),
    ];
    mutated = random.pick([
      () => before + String.fromCharCode(random.below(256)) + mutated.slice(at + 1),
      () => before + after,
      () => before + part + part + after,
      () => before + bytes(random, 8) + part + after,
      () =>
        before +
        random.pick(["\r\n", "\n", "\r", "\u0000", ":", " ", '"', "{", "}", "%", "\xff", "\\"]) +
        part +
        after,
    ])();
  }
  return mutated;
}
