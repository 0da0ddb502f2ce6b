import {
  type ArgumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  getArgumentValues,
  isNonNullType,
  Kind,
  type ValueNode,
} from "graphql";
import type { Arguments } from "../../model/schema-types.ts";
import type { CoercedVariables } from "./variable-reader.ts";

/** The arguments of a field in one run. Throws a GraphQLError for those that cannot be coerced. */
export interface ReadArguments {
  /** The same in every run; null where variables have a part in them. */
  readonly constant: Arguments | null;
  readonly read: (variables: CoercedVariables) => Arguments;
}

type FieldDefinition = GraphQLField<unknown, unknown>;

const none: CoercedVariables = { sources: Object.create(null), coerced: Object.create(null) };

/** Compiles the arguments that a field states (GraphQL, September 2025, §6.4.1). */
export function compileArguments(definition: FieldDefinition, node: FieldNode): ReadArguments {
  const stated = new Map((node.arguments ?? []).map((argument) => [argument.name.value, argument]));
  const varying = definition.args.filter(({ name }) => varies(stated.get(name)));
  const whole = (variables: CoercedVariables): Arguments => getArgumentValues(definition, node, variables);
  if (varying.length === 0) return constantArguments(() => whole(none));
  if (!varying.every((argument) => isPlainVariable(stated.get(argument.name))))
    return { constant: null, read: whole };
  return { constant: null, read: variableArguments(definition, node, stated, whole) };
}

/** What a literal is wrong in is told to each caller. */
function constantArguments(read: () => Arguments): ReadArguments {
  try {
    const constant = read();
    return { constant, read: () => constant };
  } catch {
    return { constant: null, read };
  }
}

/** Variables stand where their arguments do: what their types allow, the arguments' do, save null for what must not be null. */
function variableArguments(
  definition: FieldDefinition,
  node: FieldNode,
  stated: ReadonlyMap<string, ArgumentNode>,
  whole: (variables: CoercedVariables) => Arguments,
): (variables: CoercedVariables) => Arguments {
  const variables = definition.args.flatMap((argument) => toVariable(argument, stated.get(argument.name)));
  const constants = definition.args.filter(({ name }) => !varies(stated.get(name)));
  const rest: FieldDefinition = Object.create(definition, { args: { value: constants } });
  // What the library makes has no prototype: V8 keeps it as a dictionary, and would take a long way to copy it.
  const others = { ...getArgumentValues(rest, node, none) };
  return (values) => {
    const read: Record<string, unknown> = { ...others };
    for (const { name, variable, isRequired, hasDefault } of variables) {
      const value = values.coerced[variable];
      if (value === undefined ? hasDefault || isRequired : value === null && isRequired) return whole(values);
      if (value !== undefined) read[name] = value;
    }
    return read;
  };
}

interface VariableArgument {
  readonly name: string;
  readonly variable: string;
  readonly isRequired: boolean;
  readonly hasDefault: boolean;
}

function toVariable(
  { name, type, default: usual }: GraphQLArgument,
  stated: ArgumentNode | undefined,
): readonly VariableArgument[] {
  if (stated?.value.kind !== Kind.VARIABLE) return [];
  const variable = stated.value.name.value;
  return [{ name, variable, isRequired: isNonNullType(type), hasDefault: usual !== undefined }];
}

function isPlainVariable(argument: ArgumentNode | undefined): boolean {
  return argument?.value.kind === Kind.VARIABLE;
}

/** Whether variables have a part in it. */
function varies(argument: ArgumentNode | undefined): boolean {
  return argument !== undefined && hasVariable(argument.value);
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  return value.kind === Kind.OBJECT && value.fields.some((field) => hasVariable(field.value));
}
