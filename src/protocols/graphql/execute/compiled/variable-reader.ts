import {
  GraphQLNonNull,
  type GraphQLSchema,
  type GraphQLType,
  getVariableValues,
  isEnumType,
  isNonNullType,
  isScalarType,
  typeFromAST,
  type VariableDefinitionNode,
} from "graphql";
import type { ApiError } from "../../../../errors/api-error.ts";
import { coerceVariables } from "../variables.ts";

/** Variables as `graphql` has them. */
export type CoercedVariables = NonNullable<ReturnType<typeof getVariableValues>["variableValues"]>;

/** Reads the variables of an operation: the ApiError that they are refused with, or their values. */
export class VariableReader {
  readonly #schema: GraphQLSchema;
  readonly #definitions: readonly VariableDefinitionNode[];
  readonly #plain: readonly PlainVariable[] | null;

  constructor(schema: GraphQLSchema, definitions: readonly VariableDefinitionNode[]) {
    this.#schema = schema;
    this.#definitions = definitions;
    const plain = definitions.map((definition) => toPlain(schema, definition));
    this.#plain = plain.every((each) => each !== null) ? plain : null;
  }

  /** The common case first: names and scalars, as they should be. What is not so is coerced, or refused, by `graphql`. */
  read(variables: Readonly<Record<string, unknown>>): CoercedVariables | ApiError {
    if (this.#plain !== null) {
      const read = readPlain(this.#plain, variables);
      if (read !== null) return read;
    }
    const { values, error } = coerceVariables(this.#schema, this.#definitions, variables);
    return error ?? values;
  }
}

/** A variable of a scalar type, with or without null. */
interface PlainVariable {
  readonly name: string;
  readonly isRequired: boolean;
  readonly isValue: (value: unknown) => boolean;
  /** Undefined for none. */
  readonly usual: unknown;
  readonly source: CoercedVariables["sources"][string];
}

function readPlain(
  plain: readonly PlainVariable[],
  variables: Readonly<Record<string, unknown>>,
): CoercedVariables | null {
  const coerced = new Values();
  for (const { name, isRequired, isValue, usual } of plain) {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) {
      if (isRequired && usual === undefined) return null;
      if (usual !== undefined) coerced[name] = usual;
    } else {
      if (value === null ? isRequired : !isValue(value)) return null;
      coerced[name] = value;
    }
  }
  return new PlainVariables(plain, variables, coerced);
}

/** Values by names that inherit nothing, as `Object.create(null)` makes them, which V8 would keep as a dictionary. */
class Values {
  [name: string]: unknown;
}
Object.setPrototypeOf(Values.prototype, null);
Reflect.deleteProperty(Values.prototype, "constructor");

/** What `graphql` wants to know beside is made where it is asked: for arguments that are coerced by it. */
class PlainVariables implements CoercedVariables {
  readonly coerced: Values;
  readonly #plain: readonly PlainVariable[];
  readonly #stated: Readonly<Record<string, unknown>>;

  constructor(plain: readonly PlainVariable[], stated: Readonly<Record<string, unknown>>, coerced: Values) {
    this.coerced = coerced;
    this.#plain = plain;
    this.#stated = stated;
  }

  get sources(): CoercedVariables["sources"] {
    const sources: Record<string, CoercedVariables["sources"][string]> = Object.create(null);
    for (const { name, source } of this.#plain) {
      const value = Object.hasOwn(this.#stated, name) ? this.#stated[name] : undefined;
      sources[name] = value === undefined ? source : { ...source, value };
    }
    return sources;
  }
}

function toPlain(schema: GraphQLSchema, definition: VariableDefinitionNode): PlainVariable | null {
  const name = definition.variable.name.value;
  const type = typeFromAST(schema, definition.type);
  const isValue = type === undefined ? null : valueTest(isNonNullType(type) ? type.ofType : type);
  if (type === undefined || isValue === null) return null;
  // With the default, or null where there is none: what it is without a value.
  const optional = {
    ...definition,
    type: definition.type.kind === "NonNullType" ? definition.type.type : definition.type,
  };
  const { variableValues } = getVariableValues(schema, [optional], {});
  const source = variableValues?.sources[name];
  if (variableValues === undefined || source === undefined) return null;
  return {
    name,
    isRequired: type instanceof GraphQLNonNull,
    isValue,
    usual: variableValues.coerced[name],
    source,
  };
}

/** Whether a value that is not null is one of the type, and stays as it is; null for types that are looked into. */
function valueTest(type: GraphQLType): ((value: unknown) => boolean) | null {
  if (isEnumType(type)) {
    const words = new Set<unknown>(type.getValues().map(({ name }) => name));
    return (value) => words.has(value);
  }
  return isScalarType(type) ? (scalarTests[type.name] ?? null) : null;
}

const scalarTests: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: (value) => typeof value === "string",
  ID: (value) => typeof value === "string",
  Boolean: (value) => typeof value === "boolean",
  Int: (value) => typeof value === "number" && (value | 0) === value,
  Float: (value) => typeof value === "number" && Number.isFinite(value),
};
