import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { ApiError } from "../../../../errors/api-error.ts";
import type { Invoker } from "../../../../invoke/invoker.ts";
import { toGraphqlError } from "../../error.ts";
import type { SchemaModel } from "../../model/schema-model.ts";
import { type Execution, ExecutionResult } from "../execution.ts";
import type { RelationIndex } from "../relation-index.ts";
import { NotCompiled, SelectionBuilder } from "./builder.ts";
import { FieldCollector } from "./collect-fields.ts";
import { Conditions, ConditionVariables } from "./conditions.ts";
import type { OperationPlan } from "./plan.ts";
import { RootBuilder } from "./root-builder.ts";
import { Run, type RunParts } from "./run.ts";
import { SubscriptionRuns } from "./subscription.ts";
import { VariableReader } from "./variable-reader.ts";

/** Plans of one operation that are kept, of as many as its conditions make. */
const keptPlans = 8;

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
  const variables = ConditionVariables.of(document, operation);
  if (variables === null) return null;
  const plans = new Plans(parts, document, operation, variables);
  if (!plans.canCompile()) return null;
  const { invoker, toApiError } = parts;
  const runParts = { services: invoker.services, toApiError };
  const reader = new VariableReader(parts.schema, operation.variableDefinitions ?? []);
  if (operation.operation === "subscription") return compileSubscription(plans.only, runParts, reader);
  return {
    kind: operation.operation,
    run: (request) => {
      const read = reader.read(request.variables);
      if (read instanceof ApiError) return ExecutionResult.refused(toGraphqlError(read, {}));
      return new Run(plans.of(read.coerced), runParts, request, read).start();
    },
  };
}

/** Null where variables say whether there is a field at all. */
function compileSubscription(
  plan: OperationPlan | null,
  parts: RunParts,
  reader: VariableReader,
): Execution | null {
  const runs = plan === null ? null : SubscriptionRuns.of(plan, parts);
  if (runs === null) return null;
  return {
    kind: "subscription",
    subscribe: (request) => {
      const read = reader.read(request.variables);
      if (read instanceof ApiError) return ExecutionResult.refused(toGraphqlError(read, {}));
      return runs.subscribe(request, read);
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

  /** The one there is, where no variable says which fields there are. */
  get only(): OperationPlan | null {
    return this.#variables.isEmpty ? (this.#made.get(0) ?? null) : null;
  }

  of(values: Readonly<Record<string, unknown>>): OperationPlan {
    const key = this.#variables.key(values);
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const plan = this.#compile(this.#variables.conditions(values));
    // Callers choose: what they go through one by one must not all be kept.
    if (this.#made.size >= keptPlans) this.#made.clear();
    this.#made.set(key, plan);
    return plan;
  }

  #compile(conditions: Conditions): OperationPlan {
    const { model, schema, relations, invoker } = this.#parts;
    const collector = new FieldCollector(this.#document, model, conditions);
    const builder = new SelectionBuilder({ model, schema, relations, collector });
    const root = model[this.#operation.operation];
    if (root === null) throw new NotCompiled();
    return new RootBuilder(builder, invoker).plan(root, this.#operation);
  }
}
