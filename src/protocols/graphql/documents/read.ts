import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoFragmentCyclesRule,
  parse,
  type ValidationRule,
  validate,
} from "graphql";
import type { GraphqlLimits } from "./limits.ts";
import { measure } from "./measure.ts";
import { RequestErrors, tooComplex } from "./request-errors.ts";

/** More are not looked for: each costs a walk through the text, for its line, and nobody mends so many at once. */
const maxErrors = 20;

/** Reads a document: a valid one, within the limits. Throws RequestErrors, with places, for any other. */
export function readDocument(
  text: string,
  schema: GraphQLSchema,
  limits: GraphqlLimits,
  rules: readonly ValidationRule[],
): DocumentNode {
  if (hasMoreLines(text, limits.tokens)) throw tooComplex("lines", limits.tokens);
  const document = parseDocument(text, limits);
  // Before it is measured: what spreads itself has no measure.
  assertNone(validate(schema, document, [NoFragmentCyclesRule], { maxErrors }));
  measure(document, limits);
  assertNone(validate(schema, document, rules, { maxErrors }));
  return document;
}

/** Each error's place is found by going through all lines before it: a text of little else would make that the dearest of all. */
function hasMoreLines(text: string, most: number): boolean {
  let lines = 1;
  for (const end of ["\n", "\r"])
    for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, at + 1)) if (++lines > most) return true;
  return false;
}

function parseDocument(text: string, { tokens }: GraphqlLimits): DocumentNode {
  try {
    return parse(text, { maxLexicalTokens: tokens, maxComments: tokens });
  } catch (thrown) {
    // The parser goes down one level of the stack for each level of the text.
    if (thrown instanceof RangeError) throw tooComplex("nesting", null);
    if (!(thrown instanceof GraphQLError)) throw thrown;
    // It has no other word for it than its message.
    if (/contains more than \d+ (?:tokens|comments)/.test(thrown.message)) throw tooComplex("tokens", tokens);
    throw RequestErrors.found("DOCUMENT_SYNTAX", [thrown]);
  }
}

function assertNone(errors: readonly GraphQLError[]): void {
  if (errors.length > 0) throw RequestErrors.found("DOCUMENT_INVALID", errors);
}
