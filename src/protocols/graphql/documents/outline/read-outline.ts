import type { GraphQLSchema } from "graphql";
import type { GraphqlLimits } from "../limits.ts";
import { tooComplex } from "../request-errors.ts";
import { type Outline, type OutlineDefinition, type OutlineFragment, OutlineSet } from "./outline.ts";
import { readSelections } from "./read-selections.ts";
import { readDirectives, readVariableDefinitions } from "./read-values.ts";
import { type OperationHead, Reading, unreadable } from "./reading.ts";
import { tokenKind } from "./tokens.ts";

interface Definitions {
  readonly operations: readonly OutlineOperation[];
  readonly fragments: readonly OutlineFragment[];
}

interface OutlineOperation extends OutlineDefinition, OperationHead {}

/**
 * Reads the outline of a text in one pass, without making nodes of it; null for what is no executable document. Throws RequestErrors as
 * soon as the text has more of something than the limits allow, or more unknown names than validation would tell: the parser need not
 * be asked then, and the rest of the text not be looked at.
 */
export function readOutline(text: string, schema: GraphQLSchema, limits: GraphqlLimits): Outline | null {
  try {
    return readDocument(new Reading(text, schema, limits));
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
    if (keyword === "fragment") fragments.push(readFragment(reading, at));
    else if (operationKeywords.has(keyword)) operations.push(readOperation(reading, keyword, at));
    else refuseOthers(reading, keyword, at);
  }
  const { limits } = reading;
  if (operations.length > limits.operations)
    throw tooComplex("operations", limits.operations, operations.length);
  if (fragments.length > limits.fragments) throw tooComplex("fragments", limits.fragments, fragments.length);
  findMistakes(reading, { operations, fragments });
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
  if (reading.is(tokenKind.at)) reading.next();
  const name = defined === "schema" ? defined : `"${reading.takeName()}"`;
  return reading.findings.refuse(`The ${name} definition is not executable.`, at);
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

function readFragment(reading: Reading, at: number): OutlineFragment {
  const name = reading.takeName();
  if (name === "on" || reading.takeName() !== "on") throw unreadable;
  const type = reading.names.condition(reading.takeName());
  reading.operation = null;
  reading.spreads = [];
  const { spreads } = reading;
  const directives = readDirectives(reading);
  const selections = new OutlineSet();
  readSelections(reading, { set: selections, type, depth: 1 });
  return { name, at, directives, selections, spreads };
}

/** Looks at the definitions as a whole. */
function findMistakes(reading: Reading, { operations, fragments }: Definitions): void {
  const { findings, used } = reading;
  findRepeated(reading, operations, "operation");
  findRepeated(reading, fragments, "fragment");
  for (const { name, at, defined } of operations) {
    if (name === "" && operations.length > 1)
      findings.add("This anonymous operation must be the only defined operation.", at);
    // Whether an operation's own fragments use a variable that stands somewhere is for validation to say.
    const where = name === "" ? "" : ` in operation "${name}"`;
    for (const [variable, place] of defined)
      if (!used.has(variable)) findings.add(`Variable "$${variable}" is never used${where}.`, place);
  }
  findings.assertNoneInLong(reading.read);
}

function findRepeated(
  { findings }: Reading,
  definitions: readonly { readonly name: string; readonly at: number }[],
  what: string,
): void {
  const names = new Set<string>();
  for (const { name, at } of definitions) {
    if (name !== "" && names.has(name)) findings.add(`There can be only one ${what} named "${name}".`, at);
    names.add(name);
  }
}
