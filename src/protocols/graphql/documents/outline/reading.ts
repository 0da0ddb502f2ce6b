import type { GraphQLSchema } from "graphql";
import type { GraphqlLimits } from "../limits.ts";
import { tooComplex } from "../request-errors.ts";
import { Findings } from "./findings.ts";
import { KnownNames } from "./known-names.ts";
import type { OutlineSet, OutlineSpread } from "./outline.ts";
import { Tokens, tokenKind } from "./tokens.ts";

/** Brackets within brackets. Parsing goes down the stack for each. */
const mostNesting = 500;

/** Thrown where a text is no executable document: what is wrong with it, parsing tells. */
export const unreadable: Error = new Error("The text is no executable document");

/** What stands before an operation's selections. */
export interface OperationHead {
  /** Empty where it has none. */
  readonly name: string;
  readonly at: number;
  /** Its variables, with their places. */
  readonly defined: Map<string, number>;
}

/** The reading of one text: where it stands, and what was counted so far. What is over a limit throws RequestErrors. */
export class Reading {
  readonly findings: Findings;
  readonly names: KnownNames;
  readonly limits: GraphqlLimits;
  readonly #tokens: Tokens;
  #read: number;
  #nesting: number;
  #selections: number;
  #aliases: number;
  #directives: number;
  /** The operation under way; null in a fragment, which any operation may spread. */
  operation: OperationHead | null;
  /** Variables that stand anywhere. */
  readonly used: Set<string>;
  /** As the outline says it. */
  mergesEquals: boolean;
  /** What the fragment under way spreads. */
  spreads: OutlineSpread[];

  constructor(text: string, schema: GraphQLSchema, limits: GraphqlLimits) {
    this.findings = new Findings(text);
    this.names = new KnownNames(schema, this.findings);
    this.limits = limits;
    this.#tokens = new Tokens(text);
    this.#read = 0;
    this.#nesting = 0;
    this.#selections = 0;
    this.#aliases = 0;
    this.#directives = 0;
    this.operation = null;
    this.used = new Set();
    this.mergesEquals = true;
    this.spreads = [];
    this.next();
  }

  get kind(): number {
    return this.#tokens.kind;
  }

  /** How many tokens were read. */
  get read(): number {
    return this.#read;
  }

  is(kind: number): boolean {
    return this.#tokens.kind === kind;
  }

  /** Where the token begins. */
  get at(): number {
    return this.#tokens.start;
  }

  /** The text from a place on, up to the token. */
  since(at: number): string {
    return this.#tokens.text.slice(at, this.#tokens.start);
  }

  next(): void {
    this.#tokens.advance();
    if (this.#tokens.kind !== tokenKind.end && ++this.#read > this.limits.tokens)
      throw tooComplex("tokens", this.limits.tokens);
  }

  /** Goes past a token, which must be of that kind. */
  take(kind: number): void {
    if (this.#tokens.kind !== kind) throw unreadable;
    this.next();
  }

  takeName(): string {
    if (this.#tokens.kind !== tokenKind.name) throw unreadable;
    const { name } = this.#tokens;
    this.next();
    return name;
  }

  open(kind: number): void {
    if (++this.#nesting > mostNesting) throw tooComplex("nesting", mostNesting);
    this.take(kind);
  }

  close(kind: number): void {
    this.#nesting--;
    this.take(kind);
  }

  selection(set: OutlineSet): void {
    set.size++;
    if (++this.#selections > this.limits.fields) throw tooComplex("fields", this.limits.fields);
  }

  alias(set: OutlineSet): void {
    set.aliases++;
    if (++this.#aliases > this.limits.aliases) throw tooComplex("aliases", this.limits.aliases);
  }

  directive(): void {
    if (++this.#directives > this.limits.directives) throw tooComplex("directives", this.limits.directives);
  }
}
