import {
  type GraphQLCompositeType,
  type GraphQLDirective,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isSpecifiedScalarType,
  OperationTypeNode,
} from "graphql";
import type { Findings } from "./findings.ts";

/** What selections are made of; null where that is not known, so that nothing is said about them. */
export type Composite = GraphQLCompositeType | null;
export type Field = GraphQLField<unknown, unknown> | null;
/** What values are of; null where that is not known. */
export type Input = GraphQLInputType | null;

/** What arguments belong to. */
export interface Argued {
  /** How messages name it. */
  readonly label: string;
  readonly of: Pick<GraphQLDirective, "args">;
}

/** Looks up the names of a document in the schema while its text is being read. What is not there is a finding, in validation's words. */
export class KnownNames {
  readonly #schema: GraphQLSchema;
  readonly #findings: Findings;

  constructor(schema: GraphQLSchema, findings: Findings) {
    this.#schema = schema;
    this.#findings = findings;
  }

  /** The type of an operation's root. Throws RequestErrors where the schema has no such operations. */
  root(keyword: string, at: number): GraphQLCompositeType {
    const root = this.#schema.getRootType(toOperationType(keyword));
    return root ?? this.#findings.refuse(`The ${keyword} operation is not supported by the schema.`, at);
  }

  /** The type that a fragment is on. */
  condition(name: string): Composite {
    const type = this.#schema.getType(name);
    return isCompositeType(type) ? type : null;
  }

  field(type: Composite, name: string, at: number): Field {
    if (type === null) return null;
    const field = this.#schema.getField(type, name);
    if (field === undefined) this.#findings.add(`Cannot query field "${name}" on type "${type.name}".`, at);
    return field ?? null;
  }

  /** What is selected of a field. */
  below(field: Field): Composite {
    const type = field === null ? null : getNamedType(field.type);
    return isCompositeType(type) ? type : null;
  }

  directive(name: string, at: number): Argued | null {
    const directive = this.#schema.getDirective(name);
    if (directive !== undefined && directive !== null)
      return { label: `directive "@${name}"`, of: directive };
    this.#findings.add(`Unknown directive "@${name}".`, at);
    return null;
  }

  argument(argued: Argued | null, name: string, at: number): Input {
    if (argued === null) return null;
    const argument = argued.of.args.find((each) => each.name === name);
    if (argument === undefined) this.#findings.add(`Unknown argument "${name}" on ${argued.label}.`, at);
    return argument?.type ?? null;
  }

  /** What a variable's default value is of. */
  input(name: string): Input {
    const type = this.#schema.getType(name);
    // A list of it may be stated, too: the variable's type is not looked at so closely.
    return isInputObjectType(type) ? type : null;
  }

  /** The items of a list that stands for a value. */
  item(type: Input, at: number): Input {
    const nullable = type === null ? null : getNullableType(type);
    if (isListType(nullable)) return isInputType(nullable.ofType) ? nullable.ofType : null;
    if (nullable !== null && !isAnything(nullable))
      this.#findings.add(`Expected value of type "${nullable}", found a list.`, at);
    return null;
  }

  /** What an object stands for. One may stand for a list of one. */
  object(type: Input, at: number): Input {
    const named = type === null ? null : getNamedType(type);
    if (isInputObjectType(named)) return named;
    if (named !== null && !isAnything(named))
      this.#findings.add(`Expected value of type "${named}", found an object.`, at);
    return null;
  }

  member(type: Input, name: string, at: number): Input {
    if (!isInputObjectType(type)) return null;
    const { [name]: field } = type.getFields();
    if (field !== undefined) return field.type;
    this.#findings.add(`Expected value of type "${type.name}" not to include unknown field "${name}".`, at);
    return null;
  }
}

/** Whether a scalar may be stated in whichever form: all but those of the specification say that themselves. */
function isAnything(type: GraphQLInputType): boolean {
  return !isEnumType(type) && !isInputObjectType(type) && !isSpecifiedScalarType(getNamedType(type));
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
