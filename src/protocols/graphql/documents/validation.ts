import {
  type ASTVisitor,
  assertValidSchema,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OverlappingFieldsCanBeMergedRule,
  type Source,
  TypeInfo,
  ValidationContext,
  type ValidationRule,
  visit,
  visitInParallel,
  visitWithTypeInfo,
} from "graphql";
import { aborted, maxErrors } from "./outline/findings.ts";
import { Lines } from "./outline/lines.ts";
import type { Finding } from "./request-errors.ts";

/** A document that was parsed, and what its outline says of the work that can be left out. */
export interface ParsedDocument {
  readonly document: DocumentNode;
  /** What the document's places refer to. */
  readonly source: Source;
  readonly hasVariables: boolean;
  /** Whether fields that are merged are the same, so that none can conflict. */
  readonly mergesEquals: boolean;
}

/**
 * Holds documents against a schema's rules, as `validate` of graphql does, with the same rules and contexts, and leaves out what cannot find
 * anything: names, which no rule looks at, are not visited, variables not looked for where there are none, and fields not compared in pairs
 * where all are the same, nor in a document that is refused anyway.
 */
export class Validation {
  readonly #schema: GraphQLSchema;
  /** Those that take no more time than the document is long. */
  readonly #rules: readonly ValidationRule[];
  /** Those that compare. */
  readonly #comparing: readonly ValidationRule[];

  constructor(schema: GraphQLSchema, rules: readonly ValidationRule[]) {
    assertValidSchema(schema);
    this.#schema = schema;
    this.#rules = rules.filter((rule) => rule !== OverlappingFieldsCanBeMergedRule);
    this.#comparing = rules.filter((rule) => rule === OverlappingFieldsCanBeMergedRule);
  }

  /** What is wrong with a document. */
  find(parsed: ParsedDocument): readonly Finding[] {
    const { source, mergesEquals } = parsed;
    const text = source.body;
    // Each error would look for its line by itself, from the beginning of the text on.
    source.body = "";
    try {
      const errors = this.#errors(parsed, this.#rules);
      const found = errors.length > 0 || mergesEquals ? errors : this.#errors(parsed, this.#comparing);
      return found.length === 0 ? none : toFindings(found, new Lines(text));
    } finally {
      source.body = text;
    }
  }

  #errors(
    { document, hasVariables }: ParsedDocument,
    rules: readonly ValidationRule[],
  ): readonly GraphQLError[] {
    const errors: GraphQLError[] = [];
    const types = new TypeInfo(this.#schema);
    const Context = hasVariables ? ValidationContext : VariablelessContext;
    const context = new Context(this.#schema, document, types, (error) => {
      if (errors.length === maxErrors) throw new GraphQLError(aborted);
      errors.push(error);
    });
    const visitor: ASTVisitor = visitInParallel(rules.map((rule) => rule(context)));
    try {
      visit(document, visitWithTypeInfo(types, visitor), visitedKeys);
    } catch (thrown) {
      // Rules have limits of their own, too.
      if (!(thrown instanceof GraphQLError)) throw thrown;
      errors.push(thrown);
    }
    return errors;
  }
}

const none: readonly Finding[] = [];

class VariablelessContext extends ValidationContext {
  override getVariableUsages(_: OperationDefinitionNode | FragmentDefinitionNode): [] {
    return [];
  }
}

/** What is below each kind of node, but for names and descriptions. */
const visitedKeys = {
  Document: ["definitions"],
  OperationDefinition: ["variableDefinitions", "directives", "selectionSet"],
  VariableDefinition: ["variable", "type", "defaultValue", "directives"],
  SelectionSet: ["selections"],
  Field: ["arguments", "directives", "selectionSet"],
  Argument: ["value"],
  FragmentSpread: ["directives"],
  InlineFragment: ["typeCondition", "directives", "selectionSet"],
  FragmentDefinition: ["typeCondition", "directives", "selectionSet"],
  ListValue: ["values"],
  ObjectValue: ["fields"],
  ObjectField: ["value"],
  Directive: ["arguments"],
  ListType: ["type"],
  NonNullType: ["type"],
} as const;

/** Of one that has hundreds of places, such as an argument that is stated again and again, the first ones are told. */
function toFindings(errors: readonly GraphQLError[], lines: Lines): readonly Finding[] {
  return errors.map(({ message, positions }) => ({
    message,
    locations: positions?.slice(0, maxErrors).map((at) => lines.locate(at)),
  }));
}
