import type { GraphQLSchema } from "graphql";
import type { GraphqlLimits } from "../limits.ts";
import { tooComplex } from "../request-errors.ts";
import { KnownNames } from "./known-names.ts";
import { type Outline, type OutlineDefinition, type OutlineFragment, OutlineSet } from "./outline.ts";
import { readSelections } from "./read-selections.ts";
import { readDirectives, readVariableDefinitions } from "./read-values.ts";
import { type OperationHead, Reading, unreadable } from "./reading.ts";
import { tokenKind } from "./tokens.ts";

interface OutlineOperation extends OutlineDefinition, OperationHead {}

/**
 * Reads the outline of a text in one pass, without making nodes of it; null for what is no executable document. Throws RequestErrors as
 * soon as the text has more of something than the limits allow, or more unknown names than validation would tell: the parser need not
 * be asked then, and the rest of the text not be looked at.
 */
export function readOutline(text: string, schema: GraphQLSchema, limits: GraphqlLimits): Outline | null {
  try {
    return readDocument(new Reading(text, new KnownNames(schema, text), limits));
  } catch (thrown) {
    if (thrown === unreadable) return null;
    throw thrown;
  }
}

function readDocument(reading: Reading): Outline {
  const operations: OutlineOperation[] = [];
  const fragments: OutlineFragment[] = [];
  while (!reading.is(tokenKind.end)) {
    const { at } = reading;
    if (reading.is(tokenKind.openBrace)) {
      operations.push(readOperation(reading, "query", at));
      continue;
    }
    if (reading.is(tokenKind.string)) reading.next();
    const keyword = reading.takeName();
    if (keyword === "fragment") fragments.push(readFragment(reading));
    else if (operationKeywords.has(keyword)) operations.push(readOperation(reading, keyword, at));
    else refuseOthers(reading, keyword, at);
  }
  const { limits } = reading;
  if (operations.length > limits.operations)
    throw tooComplex("operations", limits.operations, operations.length);
  if (fragments.length > limits.fragments) throw tooComplex("fragments", limits.fragments, fragments.length);
  findUnused(reading, operations);
  const { mergesEquals, used } = reading;
  return { operations, fragments, hasVariables: used.size > 0, mergesEquals };
}

const operationKeywords: ReadonlySet<string> = new Set(["query", "mutation", "subscription"]);
const schemaKeywords: ReadonlySet<string> = new Set(
  "schema scalar type interface union enum input directive extend".split(" "),
);

function refuseOthers(reading: Reading, keyword: string, at: number): never {
  if (!schemaKeywords.has(keyword)) throw unreadable;
  const defined = keyword === "extend" ? reading.takeName() : keyword;
  if (defined === "schema") reading.names.refuseDefinition("schema", at);
  if (reading.is(tokenKind.at)) reading.next();
  reading.names.refuseDefinition(`"${reading.takeName()}"`, at);
}

function readOperation(reading: Reading, keyword: string, at: number): OutlineOperation {
  const type = reading.names.root(keyword, at);
  const name = reading.is(tokenKind.name) ? reading.takeName() : "";
  const head: OperationHead = { name, at, defined: new Map() };
  reading.operation = head;
  readVariableDefinitions(reading, head);
  const directives = readDirectives(reading);
  const selections = new OutlineSet();
  readSelections(reading, { set: selections, type, depth: 1 });
  return { ...head, directives, selections };
}

function readFragment(reading: Reading): OutlineFragment {
  const name = reading.takeName();
  if (name === "on" || reading.takeName() !== "on") throw unreadable;
  const type = reading.names.condition(reading.takeName());
  reading.operation = null;
  reading.spreads = [];
  const { spreads } = reading;
  const directives = readDirectives(reading);
  const selections = new OutlineSet();
  readSelections(reading, { set: selections, type, depth: 1 });
  return { name, directives, selections, spreads };
}

/** Variables that stand nowhere. Whether an operation's own fragments use one is for validation to say. */
function findUnused({ names, used }: Reading, operations: readonly OutlineOperation[]): void {
  for (const { name, defined } of operations)
    for (const [variable, at] of defined) {
      const where = name === "" ? "" : ` in operation "${name}"`;
      if (!used.has(variable)) names.add(`Variable "$${variable}" is never used${where}.`, at);
    }
}
