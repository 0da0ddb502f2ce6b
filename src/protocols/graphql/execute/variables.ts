import {
  type GraphQLInputType,
  type GraphQLSchema,
  getVariableValues,
  isEnumType,
  isInputObjectType,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  typeFromAST,
  type VariableDefinitionNode,
} from "graphql";
import type { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { memberPath, Violations } from "../../../plan/codec/violations.ts";

/** Variables by name, as the document's types have them; or the INVALID_INPUT that they are refused with. */
export type CoercedVariables =
  | {
      readonly values: NonNullable<ReturnType<typeof getVariableValues>["variableValues"]>;
      readonly error: null;
    }
  | { readonly values: null; readonly error: ApiError };

/**
 * Coerces variables (GraphQL, September 2025, §6.1.2). What is refused is told as all bad input is: every violated rule, under the
 * variable's name and the path in it.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  variables: Readonly<Record<string, unknown>>,
): CoercedVariables {
  const { variableValues, errors } = getVariableValues(schema, definitions, variables, {
    maxErrors: 1,
    hideSuggestions: true,
  });
  if (errors === undefined) return { values: variableValues, error: null };
  const violations = new Violations();
  for (const definition of definitions) checkVariable(schema, definition, variables, violations);
  const [first] = errors;
  const error = violations.any
    ? violations.toError()
    : frameworkError("INVALID_INPUT", first?.message ?? "The variables cannot be read");
  return { values: null, error };
}

function checkVariable(
  schema: GraphQLSchema,
  { variable, type: typeNode, defaultValue }: VariableDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  violations: Violations,
): void {
  const name = variable.name.value;
  const type = typeFromAST(schema, typeNode);
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (type === undefined || !isInputType(type) || (value === undefined && defaultValue !== undefined)) return;
  checkValue(value, type, name, violations);
}

function checkValue(value: unknown, type: GraphQLInputType, path: string, violations: Violations): void {
  if (isNonNullType(type)) {
    if (value === undefined) violations.add(path, "required", "is required", `Send ${lastName(path)}`);
    else if (value === null) violations.add(path, "required", "must not be null", "Send a value");
    else checkValue(value, type.ofType, path, violations);
  } else if (value === undefined || value === null) return;
  else if (isListType(type)) checkList(value, type.ofType, path, violations);
  else if (isInputObjectType(type)) checkObject(value, type, path, violations);
  else if (isLeafType(type)) checkLeaf(value, type, path, violations);
}

/** One value stands for a list of it. */
function checkList(value: unknown, element: GraphQLInputType, path: string, violations: Violations): void {
  if (!Array.isArray(value)) checkValue(value, element, path, violations);
  else
    for (const [index, item] of value.entries())
      checkValue(item === undefined ? null : item, element, `${path}[${index}]`, violations);
}

function checkObject(
  value: unknown,
  type: Extract<GraphQLInputType, { getFields: unknown }>,
  path: string,
  violations: Violations,
): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    violations.add(path, "type", "must be an object", "Send an object");
    return;
  }
  const fields = type.getFields();
  const members: Readonly<Record<string, unknown>> = { ...value };
  for (const field of Object.values(fields)) {
    const member = Object.hasOwn(members, field.name) ? members[field.name] : undefined;
    if (member !== undefined || isRequiredInputField(field))
      checkValue(member, field.type, memberPath(path, field.name), violations);
  }
  for (const name of Object.keys(members)) {
    if (Object.hasOwn(fields, name)) continue;
    const known = `Known are ${Object.keys(fields).join(", ")}`;
    violations.add(memberPath(path, name.slice(0, 64)), "unknownField", "is not known here", known);
  }
}

function checkLeaf(
  value: unknown,
  type: Extract<GraphQLInputType, { coerceInputValue: unknown }>,
  path: string,
  violations: Violations,
): void {
  if (isTaken(value, type)) return;
  if (isEnumType(type)) {
    const words = type.getValues().map(({ name }) => name);
    violations.add(path, "enum", `must be one of ${words.join(", ")}`, `Send one of ${words.join(", ")}`);
    return;
  }
  const [message, mend] = scalarRules[type.name] ?? [
    `must be of the type ${type.name}`,
    "Send another value",
  ];
  violations.add(path, "type", message, mend);
}

function isTaken(value: unknown, type: { coerceInputValue(value: unknown): unknown }): boolean {
  try {
    return type.coerceInputValue(value) !== undefined;
  } catch {
    return false;
  }
}

/** As `plan/codec` tells of the same. */
const scalarRules: Readonly<Record<string, readonly [message: string, mend: string]>> = {
  Int: ["must be a whole number of 32 bits", "Send a number from -2147483648 to 2147483647"],
  Float: ["must be a finite number", "Send a number"],
  String: ["must be a string", "Send a string"],
  ID: ["must be a string", "Send a string"],
  Boolean: ["must be true or false", "Send true or false"],
};

function lastName(path: string): string {
  return /[^.\]]*$/.exec(path)?.[0] || "a value";
}
