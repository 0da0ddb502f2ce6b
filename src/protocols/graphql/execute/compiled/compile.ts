import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { ApiError } from "../../../../errors/api-error.ts";
import type { Invoker } from "../../../../invoke/invoker.ts";
import { toGraphqlError } from "../../error.ts";
import type { SchemaModel } from "../../model/schema-model.ts";
import type { Execution } from "../execution.ts";
import type { RelationIndex } from "../relation-index.ts";
import { NotCompiled, SelectionBuilder } from "./builder.ts";
import { FieldCollector } from "./collect-fields.ts";
import { Conditions, ConditionVariables } from "./conditions.ts";
import type { OperationPlan } from "./plan.ts";
import { RootBuilder } from "./root-builder.ts";
import { Run } from "./run.ts";
import { VariableReader } from "./variable-reader.ts";

/** What documents of one version are compiled with. */
export interface CompileParts {
  readonly model: SchemaModel;
  /** Of the model. */
  readonly schema: GraphQLSchema;
  readonly invoker: Invoker;
  readonly relations: RelationIndex;
  /** Turns what was thrown into what callers may know. */
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
}

/** An operation of a valid document, compiled; null where it asks for what the reference executor alone has. */
export function compileExecution(
  parts: CompileParts,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Execution | null {
  if (operation.operation === "subscription") return null;
  const variables = ConditionVariables.of(document, operation);
  if (variables === null) return null;
  const plans = new Plans(parts, document, operation, variables);
  if (!plans.canCompile()) return null;
  const { invoker, toApiError } = parts;
  const runParts = { services: invoker.services, toApiError };
  const reader = new VariableReader(parts.schema, operation.variableDefinitions ?? []);
  return {
    kind: operation.operation,
    run: (request) => {
      const read = reader.read(request.variables);
      if (read instanceof ApiError) return { data: null, errors: [toGraphqlError(read, {})] };
      return new Run(plans.of(read.coerced), runParts, request, read).start();
    },
  };
}

/** The plans of an operation: one for each set of values that `@skip` and `@include` have. */
class Plans {
  readonly #parts: CompileParts;
  readonly #document: DocumentNode;
  readonly #operation: OperationDefinitionNode;
  readonly #variables: ConditionVariables;
  readonly #made = new Map<number, OperationPlan>();

  constructor(
    parts: CompileParts,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: ConditionVariables,
  ) {
    this.#parts = parts;
    this.#document = document;
    this.#operation = operation;
    this.#variables = variables;
  }

  /** Whether the compiler takes all fields that there may be. */
  canCompile(): boolean {
    try {
      const plan = this.#compile(Conditions.everything);
      if (this.#variables.isEmpty) this.#made.set(0, plan);
      return true;
    } catch (thrown) {
      if (thrown instanceof NotCompiled) return false;
      throw thrown;
    }
  }

  of(values: Readonly<Record<string, unknown>>): OperationPlan {
    const key = this.#variables.key(values);
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const plan = this.#compile(this.#variables.conditions(values));
    this.#made.set(key, plan);
    return plan;
  }

  #compile(conditions: Conditions): OperationPlan {
    const { model, schema, relations, invoker } = this.#parts;
    const collector = new FieldCollector(this.#document, model, conditions);
    const builder = new SelectionBuilder({ model, schema, relations, collector });
    const root = this.#operation.operation === "mutation" ? model.mutation : model.query;
    if (root === null) throw new NotCompiled();
    return new RootBuilder(builder, invoker).plan(root, this.#operation);
  }
}
