import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, Source } from "graphql";
import type { GraphqlLimits } from "./limits.ts";
import { measure } from "./measure.ts";
import { assertNoCycles } from "./outline/cycles.ts";
import { readOutline } from "./outline/read-outline.ts";
import { RequestErrors, tooComplex } from "./request-errors.ts";
import type { Validation } from "./validation.ts";

/** What documents of one schema are read with. */
export interface DocumentRules {
  readonly schema: GraphQLSchema;
  readonly limits: GraphqlLimits;
  readonly validation: Validation;
}

/** Reads a document: a valid one, within the limits. Throws RequestErrors, with places, for any other. */
export function readDocument(text: string, { schema, limits, validation }: DocumentRules): DocumentNode {
  if (hasMoreLines(text, limits.tokens)) throw tooComplex("lines", limits.tokens);
  const outline = readOutline(text, schema, limits);
  if (outline === null) throw refusalOf(text, limits);
  assertNoCycles(outline, text);
  measure(outline, limits);
  const source = new Source(text);
  const document = parseDocument(source, limits);
  const findings = validation.find({ ...outline, document, source });
  if (findings.length > 0) throw RequestErrors.found("DOCUMENT_INVALID", findings);
  return document;
}

/** What is wrong with the syntax of a text that has no outline. Throws it, too. */
function refusalOf(text: string, limits: GraphqlLimits): Error {
  parseDocument(new Source(text), limits);
  return new TypeError("A document could not be read that can be parsed");
}

/** Each error's place is found by going through all lines before it: a text of little else would make that the dearest of all. */
function hasMoreLines(text: string, most: number): boolean {
  let lines = 1;
  for (const end of ["\n", "\r"])
    for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, at + 1)) if (++lines > most) return true;
  return false;
}

function parseDocument(source: Source, { tokens }: GraphqlLimits): DocumentNode {
  try {
    return parse(source, { maxLexicalTokens: tokens, maxComments: tokens });
  } catch (thrown) {
    // The parser goes down one level of the stack for each level of the text.
    if (thrown instanceof RangeError) throw tooComplex("nesting", null);
    if (!(thrown instanceof GraphQLError)) throw thrown;
    throw RequestErrors.found("DOCUMENT_SYNTAX", [thrown]);
  }
}
