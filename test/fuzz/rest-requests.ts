/** Random numbers that a seed repeats (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, and without, `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.below(from.length)] ?? from[0];
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
}

const id = "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f";

const paths = [
  "/animals",
  "/api/v1/animals",
  "/api/v2/animals",
  `/animals/${id}`,
  "/animals/1",
  "/keepers",
  `/keepers/${id}`,
  "/animals:batchGet",
  "/animals:batchCreate",
  "/openapi.json",
  "/metrics",
  "/errors/TAG_TAKEN",
  "/%",
  "/%ff%fe",
  "/animals/%00",
  "/__proto__",
  "/constructor/prototype",
  "//animals",
  "/animals/../keepers",
  "*",
  "http://other/animals",
] as const;

const methods = [
  "GET",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "FOO",
  "get",
  "CONNECT",
] as const;

const queries = [
  "",
  "?",
  "?pageSize=999999999999",
  "?pageSize=-1&pageSize=2",
  "?pageToken=%F0%28%8C%28",
  "?pageToken=WyJ4Il0",
  "?filter=name%20%3D%20%22a%22%20AND%20(",
  "?filter=legs%20%3E%201e999",
  `?filter=${"NOT%20".repeat(400)}tame%20%3D%20true`,
  `?filter=${"(".repeat(300)}`,
  "?filter=__proto__%20%3D%201",
  "?filter=name%20%3D%20%22'%20or%201%3D1%20--%22",
  "?orderBy=name%20desc,,legs",
  "?fields=id,__proto__",
  "?include=mother,children,keeper,constructor",
  "?__proto__[x]=1&constructor=2&toString=3",
  `?${"a=1&".repeat(500)}`,
  "?%zz=1",
  "?ids=a&ids=b",
] as const;

const values = [
  "null",
  "true",
  "-0",
  "1e999",
  "123456789012345678901234567890",
  '"9223372036854775808"',
  '"\\ud800"',
  '"\\u0000"',
  '"2026-02-30T00:00:00Z"',
  '"====" ',
  "[]",
  "{}",
  '{"__proto__":{"polluted":true}}',
  `"${"x".repeat(5000)}"`,
  `${"[".repeat(3000)}${"]".repeat(3000)}`,
  `${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`,
] as const;

const names = [
  "name",
  "story",
  "contact",
  "page",
  "tag",
  "chip",
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
  "motherId",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "animals",
  "items",
] as const;

const fields = [
  "content-type: application/json",
  "content-type: application/merge-patch+json; charset=utf-8",
  "content-type: text/plain",
  "content-type: application/json; charset=latin1",
  "content-encoding: gzip",
  "accept: application/problem+json",
  "accept: text/html;q=0.9, */*;q=0",
  "accept: ;;;,,,q=",
  "accept-encoding: br;q=2, gzip;q=-1, *;q=nan",
  "api-version: 1",
  "api-version: 99",
  "authorization: Bearer \x7f",
  "authorization: Basic Og==",
  'if-match: "x.1", W/"y", *',
  'if-none-match: """"',
  'idempotency-key: "a"',
  "idempotency-key: \t",
  "request-timeout: 0.001",
  "request-timeout: -1",
  "expect: 100-continue",
  "expect: tea",
  "traceparent: 00-0-0-0",
  "origin: null",
  "range: bytes=0-1",
  "connection: close, upgrade",
  "upgrade: websocket",
  "transfer-encoding: chunked, chunked",
  "transfer-encoding: chunked",
  "content-length: 5",
  "content-length: +5",
  "host: b",
  " folded: x",
  "bad name: x",
  "x\0y: z",
] as const;

/** What there is to call. */
const known: readonly [Known, ...Known[]] = [
  ["POST", "/api/v2/animals"],
  ["POST", "/api/v1/animals"],
  ["POST", "/api/v2/animals:batchCreate"],
  ["GET", "/api/v2/animals?pageSize=2"],
  ["PATCH", `/animals/${id}`],
];

type Known = readonly [string, string];

function anything(random: Random): Known {
  const path = random.pick(paths) + (random.chance(40) ? random.pick(queries) : "");
  return [
    random.chance(70) ? random.pick(["GET", "POST", "PUT", "PATCH", "DELETE"]) : random.pick(methods),
    path,
  ];
}

/** One request, or what someone might send as one. */
export function fuzzedRequest(random: Random): Buffer {
  const [method, path] = random.chance(30) ? random.pick(known) : anything(random);
  const body = random.chance(60) ? fuzzedBody(random) : Buffer.alloc(0);
  const lines = [`${method} ${path} HTTP/1.1`, "host: a", ...framing(random, body)];
  for (let count = random.chance(50) ? 0 : random.below(4); count > 0; count--)
    lines.push(random.pick(fields));
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  return mutated(random, Buffer.concat([head, random.chance(20) ? chunked(body) : body]));
}

function framing(random: Random, body: Buffer): readonly string[] {
  const type = random.chance(85) ? ["content-type: application/json"] : [];
  if (random.chance(8)) return [...type, "transfer-encoding: chunked"];
  const length = random.chance(92) ? body.length : random.below(2 * body.length + 10);
  return body.length === 0 ? type : [...type, `content-length: ${length}`];
}

function fuzzedBody(random: Random): Buffer {
  if (random.chance(10))
    return Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
  if (random.chance(5)) return Buffer.from(random.pick(values));
  // Some must get through, so that what lies behind the checks is reached too.
  if (random.chance(30))
    return Buffer.from(
      random.pick([
        '{"name":"Rex"}',
        '{"title":"Rex"}',
        '{"name":"Rex","legs":3,"extras":[1]}',
        '{"animals":[{"name":"a"},{"name":"b"}]}',
      ]),
    );
  const members = Array.from(
    { length: random.below(6) },
    () => `"${random.pick(names)}":${random.pick(values)}`,
  );
  const row = `{${['"name":"Rex"', ...members].join(",")}}`;
  return Buffer.from(random.chance(10) ? `{"animals":[${row},${row}]}` : row);
}

function chunked(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")]);
}

/** Now and then some octets are changed, left out, said twice or cut off. */
function mutated(random: Random, bytes: Buffer): Buffer {
  if (!random.chance(25) || bytes.length === 0) return bytes;
  const at = random.below(bytes.length);
  const few = random.below(8) + 1;
  switch (random.below(4)) {
    case 0: {
      const changed = Buffer.from(bytes);
      changed[at] = random.below(256);
      return changed;
    }
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + few)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + few), bytes.subarray(at)]);
    default:
      return bytes.subarray(0, at);
  }
}
