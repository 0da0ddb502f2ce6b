import {
  type ConstValueNode,
  type GraphQLArgumentConfig,
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfig,
  GraphQLFloat,
  GraphQLID,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  type GraphQLNullableType,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
  isInputType,
  isOutputType,
  Kind,
  valueFromASTUntyped,
} from "graphql";
import { scalars } from "./scalars.ts";
import type { SchemaModel } from "./schema-model.ts";
import type {
  ArgumentModel,
  FieldModel,
  ObjectModel,
  ScalarModel,
  SchemaType,
  TypeReference,
} from "./schema-types.ts";

/** The schema that `graphql` parses, validates, prints and introspects by. It has no resolvers. */
export function toGraphqlSchema(model: SchemaModel): GraphQLSchema {
  const types = new GraphqlTypes();
  const query = types.object(model.query);
  const mutation = model.mutation === null ? null : types.object(model.mutation);
  const subscription = model.subscription === null ? null : types.object(model.subscription);
  const roots = [query, mutation, subscription].filter((root) => root !== null);
  // Some objects only an interface leads to. The roots are printed first.
  const objects = model.types.filter(({ kind }) => kind === "object").map((type) => types.named(type));
  return new GraphQLSchema({
    description: model.description,
    query,
    mutation,
    subscription,
    types: [...roots, ...objects],
  });
}

class GraphqlTypes {
  readonly #made = new Map<SchemaType, GraphQLNamedType>();

  object(model: ObjectModel): GraphQLObjectType {
    const type = this.named(model);
    if (!(type instanceof GraphQLObjectType)) throw new TypeError(`${model.name} is no object type`);
    return type;
  }

  named(model: SchemaType): GraphQLNamedType {
    const known = this.#made.get(model);
    if (known !== undefined) return known;
    const type = this.#make(model);
    this.#made.set(model, type);
    return type;
  }

  #make(model: SchemaType): GraphQLNamedType {
    const { name } = model;
    switch (model.kind) {
      case "scalar":
        return toScalar(model);
      case "enum":
        return new GraphQLEnumType({
          name,
          description: model.description,
          values: Object.fromEntries(model.words.map((word) => [word, { value: word }])),
        });
      case "input":
        return new GraphQLInputObjectType({
          name,
          description: model.description,
          fields: () => this.#arguments(model.fields),
        });
      case "interface":
        return new GraphQLInterfaceType({
          name,
          description: model.description,
          fields: () => this.#fields(model.fields.values()),
        });
      case "union":
        return new GraphQLUnionType({
          name,
          description: model.description,
          types: () => model.types.map((type) => this.object(type)),
        });
      case "object":
        return this.#object(model);
    }
  }

  #object(model: ObjectModel): GraphQLObjectType {
    return new GraphQLObjectType({
      name: model.name,
      description: model.description,
      interfaces: () =>
        model.interfaces
          .map((each) => this.named(each))
          .filter((type) => type instanceof GraphQLInterfaceType),
      fields: () => this.#fields(model.fields.values()),
    });
  }

  #fields(
    fields: Iterable<Omit<FieldModel, "binding">>,
  ): Record<string, GraphQLFieldConfig<unknown, unknown>> {
    return Object.fromEntries(
      [...fields].map((field) => [
        field.name,
        {
          type: this.#output(field.type),
          args: this.#arguments(field.arguments),
          description: field.description,
          deprecationReason: field.deprecated,
        },
      ]),
    );
  }

  #arguments(all: readonly ArgumentModel[]): Record<string, GraphQLArgumentConfig> {
    return Object.fromEntries(
      all.map((each) => [
        each.name,
        {
          type: this.#input(each.type),
          description: each.description,
          deprecationReason: each.deprecated,
          ...(each.default === undefined ? {} : { default: { value: each.default } }),
        },
      ]),
    );
  }

  #output(reference: TypeReference): GraphQLOutputType {
    if (reference.kind === "list") return withoutNull(new GraphQLList(this.#output(reference.of)), reference);
    const type = this.named(reference.type);
    if (!isOutputType(type)) throw new TypeError(`${type.name} cannot be answered`);
    return withoutNull(type, reference);
  }

  #input(reference: TypeReference): GraphQLInputType {
    if (reference.kind === "list") return withoutNull(new GraphQLList(this.#input(reference.of)), reference);
    const type = this.named(reference.type);
    if (!isInputType(type)) throw new TypeError(`${type.name} cannot be stated`);
    return withoutNull(type, reference);
  }
}

function withoutNull<T extends GraphQLNullableType>(
  type: T,
  { nonNull }: TypeReference,
): T | GraphQLNonNull<T> {
  return nonNull ? new GraphQLNonNull(type) : type;
}

const builtIn: ReadonlyMap<string, GraphQLScalarType> = new Map(
  [GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString].map((type) => [type.name, type]),
);

/** Values pass as JSON has them: the operation's own reader checks them, and tells what is wrong as on every protocol. */
function toScalar(model: ScalarModel): GraphQLScalarType {
  const known = builtIn.get(model.name);
  if (known !== undefined) return known;
  const isNumeric = model === scalars.BigInt || model === scalars.Decimal;
  return new GraphQLScalarType({
    name: model.name,
    description: model.description,
    specifiedByURL: model.specification,
    coerceInputValue: (value) => value,
    coerceInputLiteral: isNumeric ? numericLiteral : (node) => valueFromASTUntyped(node),
    coerceOutputValue: (value) => value,
  });
}

/** Digits stay as they are written: a number of JavaScript could not hold them all. */
function numericLiteral(node: ConstValueNode): unknown {
  return node.kind === Kind.INT || node.kind === Kind.FLOAT ? node.value : valueFromASTUntyped(node);
}
