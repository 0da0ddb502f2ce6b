import { METHODS } from "node:http";
import type { Random } from "../../../test/fuzz/random.ts";
import { toText } from "./draft.ts";
import { type Understood, withLowerCaseNames } from "./understanding.ts";

// Requests with nothing wrong about them, of all that RFC 9112 lets them be made of.

const tokens = characters(0x21, 0x7e, '"(),/:;<=>?@[\\]{}');
const visible = characters(0x21, 0x7e, "");
const targets = characters(0x21, 0x7e, "#?");
const values = `${visible}${visible} \t${characters(0x80, 0xff, "")}`;
const octets = characters(0x00, 0xff, "");
const methods = METHODS.filter((method) => method !== "CONNECT");
const hosts = [
  "a",
  "a.example",
  "a.example:8080",
  "127.0.0.1:1",
  "[2001:db8::1]:443",
  "A-b_c~d!$&'()*+,;=%20",
];

/** A request as bytes, and what it means. */
export interface SoundRequest {
  readonly text: string;
  readonly meaning: Understood;
}

/** For the last of a connection, `isLast` asks for its end. */
export function soundRequest(random: Random, isLast: boolean): SoundRequest {
  const method = random.pick(methods);
  const query = random.chance(0.5) ? `?${textOf(random, `${targets}?`, 20)}` : "";
  const target = `/${textOf(random, targets, 30)}${query}`;
  const body = random.chance(0.5) ? textOf(random, octets, 300) : "";
  const framing = random.chance(0.5) ? chunked(random, body) : whole(random, body);
  const fields = [
    ...["Host", random.pick(hosts)],
    ...framing.fields,
    ...otherFields(random, 8),
    ...(isLast ? ["Connection", "close"] : []),
  ];
  const lines = pairs(fields).map(
    ([name, value]) => `${name}:${blank(random)}${value}${name.startsWith("x-") ? blank(random) : ""}`,
  );
  const before = random.chance(0.1) ? "\r\n" : "";
  const text = toText({ before, method, target, version: "HTTP/1.1", lines, content: framing.content });
  const meaning = {
    method,
    target,
    version: "1.1",
    fields: withLowerCaseNames(fields),
    body,
    trailers: withLowerCaseNames(framing.trailers),
  };
  return { text, meaning };
}

interface Framing {
  readonly fields: readonly string[];
  readonly content: string;
  readonly trailers: readonly string[];
}

function whole(random: Random, body: string): Framing {
  const fields = body === "" && random.chance(0.5) ? [] : ["Content-Length", String(body.length)];
  return { fields, content: body, trailers: [] };
}

function chunked(random: Random, body: string): Framing {
  const trailers = random.chance(0.3) ? otherFields(random, 3) : [];
  let content = "";
  for (let at = 0; at < body.length; ) {
    const part = body.slice(at, at + 1 + random.below(80));
    content += `${size(random, part.length)}${extension(random)}\r\n${part}\r\n`;
    at += part.length;
  }
  content += `${"0".repeat(1 + random.below(3))}${extension(random)}\r\n`;
  for (const [name, value] of pairs(trailers)) content += `${name}:${blank(random)}${value}\r\n`;
  return { fields: ["Transfer-Encoding", "chunked"], content: `${content}\r\n`, trailers };
}

function size(random: Random, bytes: number): string {
  const digits = "0".repeat(random.below(3)) + bytes.toString(16);
  return random.chance(0.5) ? digits : digits.toUpperCase();
}

function extension(random: Random): string {
  if (random.chance(0.8)) return "";
  return random.pick([";a", ";a=b", ';a="b c"', ";a;b=c", ";!#$=~^_", ';a="\\"(),/:;<=>?@[]{}"']);
}

function otherFields(random: Random, most: number): string[] {
  const names = Array.from({ length: random.below(most + 1) }, () => `x-${textOf(random, tokens, 12)}`);
  return names.flatMap((name) => [name, textOf(random, values, 40).replace(/^[ \t]+|[ \t]+$/g, "")]);
}

/** White space around a value, which is no part of it. (Not after those of ours: Node takes no tab after `chunked`.) */
function blank(random: Random): string {
  return random.pick(["", " ", " ", " ", "  ", "\t", " \t "]);
}

function pairs(fields: readonly string[]): [name: string, value: string][] {
  return fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1] ?? ""]] : []));
}

function textOf(random: Random, from: string, most: number): string {
  return Array.from({ length: random.below(most + 1) }, () => from[random.below(from.length)]).join("");
}

function characters(first: number, last: number, without: string): string {
  const all = Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index));
  return all.filter((character) => !without.includes(character)).join("");
}
