import { isUtf8 } from "node:buffer";
import { LRUCache } from "lru-cache";
import { isNestedDeeper } from "../../../base/json-nesting.ts";
import { repeatedMember } from "../../../base/repeated-member.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { KnownContent, longestContent } from "./known-content.ts";

/** How nearly every client begins its content. */
const opening = '{"query":"';
const comma = 0x2c;

/** Longer queries are parsed each time. In characters. */
const longestKnown = 16 * 1024;

/** Lists and objects within each other: more than any variables have. */
const mostNesting = 500;

/** Contents of one query whose variables are looked at for their form. */
const mostForms = 8;

/** A query that came lately. */
class KnownQuery {
  readonly query: string;
  /** How its content was stated lately; null where that is to be parsed. */
  content: KnownContent | null;
  #forms: number;

  constructor(query: string) {
    this.query = query;
    this.content = null;
    this.#forms = 0;
  }

  /** Learns how it is stated. Clients that state it in more than a few ways are parsed. */
  learn(text: string, at: number, bytes: Buffer): void {
    if (this.#forms === mostForms) return;
    this.#forms++;
    this.content = KnownContent.of(this.query, text, at, bytes) ?? this.content;
  }
}

/**
 * Queries that came lately, by how JSON states them: clients send the same ones again and again, with other variables. What follows is
 * read by itself then, and the document's text is one whose hash is known already.
 */
const knownQueries = new LRUCache<string, KnownQuery>({
  max: 1_000,
  maxSize: 2 * 1024 * 1024,
  // What contents are known by takes twice the text, of short ones.
  sizeCalculation: ({ query }, stated) =>
    query.length + stated.length + 2 * Math.min(stated.length, longestContent) + 1,
});

/** How the content before was stated. */
let latest: KnownContent | null = null;

/** Reads JSON content. Throws an ApiError. */
export function parseContent(content: Uint8Array): unknown {
  const bytes = Buffer.isBuffer(content)
    ? content
    : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return latest?.read(bytes) ?? parseOther(bytes);
}

/** Reads what is not stated as the content before was. */
function parseOther(bytes: Buffer): unknown {
  if (bytes.length === 0)
    throw invalidJson("The content is empty", 'Send JSON such as {"query":"{ __typename }"}');
  if (!isUtf8(bytes)) throw invalidJson("The content is not UTF-8", "Send JSON in UTF-8 (RFC 8259)");
  const text = bytes.toString("utf8");
  return text.startsWith(opening) ? parseQuery(text, bytes) : parseWhole(text);
}

function parseQuery(text: string, bytes: Buffer): unknown {
  const end = endOfQuery(text);
  if (end < 0 || end > longestKnown) return parseWhole(text);
  const known = knownQueries.get(text.slice(opening.length, end));
  if (known !== undefined && text.charCodeAt(end + 1) === comma) {
    const read = known.content?.read(bytes) ?? null;
    if (read !== null) {
      latest = known.content;
      return read;
    }
    const others = parseOthers(`{${text.slice(end + 2)}`);
    if (others !== null) {
      known.learn(text, end + 1, bytes);
      return { ...others, query: known.query };
    }
  }
  const value = parseWhole(text);
  learn(text, end, value);
  return value;
}

/** Where the quotation mark stands that ends the query; below 0 where nothing does. */
function endOfQuery(text: string): number {
  let end = text.indexOf('"', opening.length);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === "\\") first--;
  return (at - first) % 2 === 1;
}

/** The members after the query; null where the whole is to be looked at, which tells what is wrong. */
function parseOthers(text: string): object | null {
  if (isNestedDeeper(text, mostNesting)) return null;
  let value: object;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  // Without a member, there is a comma too many.
  if (Object.keys(value).length === 0 || Object.hasOwn(value, "query")) return null;
  return repeatedMember(text, value) === null ? value : null;
}

function learn(text: string, end: number, value: unknown): void {
  if (typeof value !== "object" || value === null || !("query" in value) || typeof value.query !== "string")
    return;
  // A copy: a slice would keep the whole content.
  const stated = Buffer.from(text.slice(opening.length, end)).toString();
  knownQueries.set(stated, new KnownQuery(value.query));
}

function parseWhole(text: string): unknown {
  if (isNestedDeeper(text, mostNesting))
    throw invalidJson(
      `The content is nested too deeply: lists and objects may stand in each other on ${mostNesting} levels`,
      "Send flatter variables",
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidJson("The content is not JSON", 'Send JSON such as {"query":"{ __typename }"}');
  }
  const repeated = repeatedMember(text, value);
  if (repeated !== null) throw invalidJson(`${repeated}: is stated twice`, "State it once (RFC 8259 §4)");
  return value;
}

function invalidJson(message: string, mend: string): Error {
  return frameworkError("INVALID_JSON", message, { violations: [{ path: "", rule: "json", message, mend }] });
}
