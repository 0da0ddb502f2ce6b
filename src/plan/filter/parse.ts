import type { Condition } from "../../schema/condition.ts";
import type { Member } from "../codec/member.ts";
import { Violations } from "../codec/violations.ts";
import { filterError, type Token, tokenize } from "./tokens.ts";

/** Filters nest this deep at most, and compare this often. */
const maxDepth = 16;
const maxComparisons = 64;

/**
 * Parses a filter: the subset of AIP-160 that `docs/filter.md` describes. `AND`, `OR` (which binds stronger, as AIP-160
 * has it), `NOT` and `-`, parentheses, and comparisons of a field with a literal. Throws INVALID_FILTER.
 */
export function parseFilter(filter: string, fields: ReadonlyMap<string, Member>): Condition {
  const parser = new FilterParser(tokenize(filter), fields);
  return parser.parse();
}

class FilterParser {
  readonly #tokens: readonly Token[];
  readonly #fields: ReadonlyMap<string, Member>;
  #position = 0;
  #comparisons = 0;

  constructor(tokens: readonly Token[], fields: ReadonlyMap<string, Member>) {
    this.#tokens = tokens;
    this.#fields = fields;
  }

  parse(): Condition {
    if (this.#is("end")) return { kind: "all", of: [] };
    const condition = this.#conjunction(0);
    if (!this.#is("end")) throw this.#unexpected();
    return condition;
  }

  get #current(): Token {
    return this.#tokens[this.#position] ?? { kind: "end", value: "", start: 0, end: 0 };
  }

  #is(kind: Token["kind"]): boolean {
    return this.#current.kind === kind;
  }

  #take(): Token {
    const token = this.#current;
    this.#position++;
    return token;
  }

  #takeWord(word: string): boolean {
    if (this.#current.kind !== "name" || this.#current.value !== word) return false;
    this.#position++;
    return true;
  }

  #conjunction(depth: number): Condition {
    const parts = [this.#disjunction(depth)];
    while (this.#takeWord("AND")) parts.push(this.#disjunction(depth));
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "all", of: parts };
  }

  #disjunction(depth: number): Condition {
    const parts = [this.#term(depth)];
    while (this.#takeWord("OR")) parts.push(this.#term(depth));
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "any", of: parts };
  }

  #term(depth: number): Condition {
    if (depth > maxDepth) throw filterError(`is nested more than ${maxDepth} deep`, "Use fewer parentheses");
    if (this.#takeWord("NOT")) return { kind: "not", of: this.#term(depth + 1) };
    if (this.#current.kind !== "open") return this.#comparison();
    this.#take();
    const inner = this.#conjunction(depth + 1);
    if (this.#take().kind !== "close")
      throw filterError("lacks a closing parenthesis", "Close each parenthesis");
    return inner;
  }

  #comparison(): Condition {
    const name = this.#current;
    if (name.kind !== "name") throw this.#unexpected();
    if (name.value.startsWith("-")) return { kind: "not", of: this.#compare(name.value.slice(1)) };
    return this.#compare(name.value);
  }

  #compare(name: string): Condition {
    this.#take();
    if (++this.#comparisons > maxComparisons)
      throw filterError(`compares more than ${maxComparisons} times`, "Shorten it");
    const member = this.#fields.get(name);
    if (member === undefined)
      throw filterError(
        `"${name.slice(0, 64)}" is no field to filter by`,
        `Use ${[...this.#fields.keys()].join(", ")}`,
      );
    const comparator = this.#take();
    if (comparator.kind !== "comparator")
      throw filterError(`lacks a comparator after "${name}"`, "Use =, !=, <, <=, >, >= or :");
    return toCondition(member, comparator.value, this.#take());
  }

  #unexpected(): Error {
    const { kind, start } = this.#current;
    return filterError(kind === "end" ? "ends too early" : `is not understood at character ${start + 1}`);
  }
}

function toCondition(member: Member, comparator: string, literal: Token): Condition {
  const { key } = member;
  if (literal.kind === "name" && literal.value === "null") return toNullTest(member, comparator);
  if (literal.kind !== "name" && literal.kind !== "text" && literal.kind !== "number") {
    throw filterError(`lacks a value after "${member.wire} ${comparator}"`, "Write text in quotation marks");
  }
  if (comparator === ":") return toHas(member, literal);
  const wildcard = comparator === "=" && literal.kind === "text" ? toWildcard(member, literal.value) : null;
  if (wildcard !== null) return wildcard;
  return {
    kind: "compare",
    key,
    comparator: toComparator(comparator, member),
    value: readLiteral(member, literal),
  };
}

function toNullTest({ key, wire }: Member, comparator: string): Condition {
  if (comparator !== "=" && comparator !== "!=")
    throw filterError(`"${wire}" cannot be ${comparator} null`, "Use = null or != null");
  return { kind: "compare", key, comparator, value: null };
}

function toComparator(comparator: string, { wire, field }: Member): "=" | "!=" | "<" | "<=" | ">" | ">=" {
  if (comparator === "=" || comparator === "!=") return comparator;
  if (field.shape.kind === "boolean" || field.shape.kind === "enum") {
    throw filterError(`"${wire}" has no order for ${comparator}`, "Use = or !=");
  }
  if (comparator === "<" || comparator === "<=" || comparator === ">" || comparator === ">=")
    return comparator;
  throw filterError(`"${comparator}" is no comparator`);
}

/** `:` finds text within text (AIP-160 "has"), and is equality for all else. */
function toHas(member: Member, literal: Token): Condition {
  if (!isText(member))
    return { kind: "compare", key: member.key, comparator: "=", value: readLiteral(member, literal) };
  if (literal.value === "*") return { kind: "compare", key: member.key, comparator: "!=", value: null };
  return { kind: "like", key: member.key, match: "contains", text: literal.value };
}

/** `"Hel*"` and `"*llo"`: AIP-160 has `*` at the ends of text only. */
function toWildcard(member: Member, text: string): Condition | null {
  if (!isText(member) || text === "*" || text.length < 2) return null;
  const [first, last] = [text.startsWith("*"), text.endsWith("*")];
  if (!first && !last) return null;
  const match = first && last ? "contains" : last ? "prefix" : "suffix";
  return { kind: "like", key: member.key, match, text: text.slice(first ? 1 : 0, last ? -1 : undefined) };
}

function isText({ field }: Member): boolean {
  return ["string", "text", "email", "url"].includes(field.shape.kind);
}

/** Rules on values that rows may hold: what they are compared with need not meet them. */
const rulesOfRows: ReadonlySet<string> = new Set(["minimum", "maximum", "minLength", "maxLength", "pattern"]);

/** The value must be of the field's type; its length, range and pattern do not matter here. */
function readLiteral(member: Member, literal: Token): unknown {
  if (isText(member)) return literal.value;
  const violations = new Violations();
  const value = member.codec.fromText(literal.value, "filter", violations);
  const violation = violations.list.find(({ rule }) => !rulesOfRows.has(rule));
  if (violation === undefined) return value;
  throw filterError(`"${member.wire}" ${violation.message}`, violation.mend);
}
