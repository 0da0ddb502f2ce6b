import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  OperationTypeNode,
} from "graphql";
import { RequestErrors } from "../request-errors.ts";
import { Lines } from "./lines.ts";

/** What selections are made of; null where that is not known, so that nothing is said about them. */
export type Composite = GraphQLCompositeType | null;
export type Field = GraphQLField<unknown, unknown> | null;
/** What the members of an object literal belong to. */
export type InputObject = GraphQLInputObjectType | null;

/** More errors are not looked for: each costs a walk through the text, for its line, and nobody mends so many at once. */
export const maxErrors = 20;

/** What stands for those that were not looked for. */
export const aborted = "Too many validation errors, error limit reached. Validation aborted.";

/**
 * Looks up the names of a document in the schema while its text is being read. Validation does the same, and says more of it; what is
 * found here is only told where there is more of it than validation would tell, since such a document need not be parsed to be refused.
 */
export class KnownNames {
  readonly #schema: GraphQLSchema;
  readonly #lines: Lines;
  readonly #errors: { readonly message: string; readonly at: readonly number[] }[];

  constructor(schema: GraphQLSchema, text: string) {
    this.#schema = schema;
    this.#lines = new Lines(text);
    this.#errors = [];
  }

  /** The type of an operation's root. Throws RequestErrors where the schema has no such operations. */
  root(keyword: string, at: number): Composite {
    const root = this.#schema.getRootType(toOperationType(keyword));
    if (root !== null && root !== undefined) return root;
    this.#errors.length = 0;
    this.add(`The ${keyword} operation is not supported by the schema.`, at);
    throw this.#refusal();
  }

  /** Refuses what defines a schema: nothing of it is executed. */
  refuseDefinition(name: string, at: number): never {
    this.#errors.length = 0;
    this.add(`The ${name} definition is not executable.`, at);
    throw this.#refusal();
  }

  /** The type that a fragment is on. */
  condition(name: string): Composite {
    const type = this.#schema.getType(name);
    return isCompositeType(type) ? type : null;
  }

  field(type: Composite, name: string, at: number): Field {
    if (type === null) return null;
    const field = this.#schema.getField(type, name);
    if (field === undefined) this.add(`Cannot query field "${name}" on type "${type.name}".`, at);
    return field ?? null;
  }

  /** What is selected of a field. */
  below(field: Field): Composite {
    const type = field === null ? null : getNamedType(field.type);
    return isCompositeType(type) ? type : null;
  }

  argument(field: Field, name: string, at: number): InputObject {
    if (field === null) return null;
    const argument = field.args.find((each) => each.name === name);
    if (argument === undefined) this.add(`Unknown argument "${name}" on field "${field}".`, at);
    return objectOf(argument?.type);
  }

  member(type: InputObject, name: string, at: number): InputObject {
    if (type === null) return null;
    const { [name]: field } = type.getFields();
    if (field === undefined)
      this.add(`Expected value of type "${type.name}" not to include unknown field "${name}".`, at);
    return objectOf(field?.type);
  }

  /** What a variable's default value is of. */
  input(name: string): InputObject {
    const type = this.#schema.getType(name);
    return isInputObjectType(type) ? type : null;
  }

  /** Notes something that validation would refuse. Throws RequestErrors where that is enough. */
  add(message: string, ...at: readonly number[]): void {
    this.#errors.push({ message, at });
    if (this.#errors.length > maxErrors) throw this.#refusal();
  }

  #refusal(): RequestErrors {
    const told = this.#errors
      .slice(0, maxErrors)
      .map(({ message, at }) => ({ message, locations: at.map((each) => this.#lines.locate(each)) }));
    const isCut = this.#errors.length > maxErrors;
    return RequestErrors.found("DOCUMENT_INVALID", isCut ? [...told, { message: aborted }] : told);
  }
}

function toOperationType(keyword: string): OperationTypeNode {
  switch (keyword) {
    case "mutation":
      return OperationTypeNode.MUTATION;
    case "subscription":
      return OperationTypeNode.SUBSCRIPTION;
    default:
      return OperationTypeNode.QUERY;
  }
}

function objectOf(type: GraphQLInputType | undefined): InputObject {
  const named = type === undefined ? null : getNamedType(type);
  return isInputObjectType(named) ? named : null;
}
