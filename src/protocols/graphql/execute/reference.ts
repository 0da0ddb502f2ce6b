import {
  type DocumentNode,
  execute,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type ExecutionResult as GraphqlResult,
  Kind,
  type OperationDefinitionNode,
  subscribe,
} from "graphql";
import { whenReady } from "../../../base/awaitable.ts";
import { ApiError } from "../../../errors/api-error.ts";
import type { CallSource } from "../../../invoke/call.ts";
import type { Invoker } from "../../../invoke/invoker.ts";
import { toGraphqlError } from "../error.ts";
import type { SchemaModel } from "../model/schema-model.ts";
import type { OperationBinding } from "../model/schema-types.ts";
import { type Execution, type ExecutionRequest, ExecutionResult } from "./execution.ts";
import { type ToApiError, toResultError } from "./field-failure.ts";
import { sourceOf } from "./field-source.ts";
import { ReferenceFields } from "./reference-fields.ts";
import type { RelationIndex } from "./relation-index.ts";
import { ResultStream, toStream } from "./result-stream.ts";
import { TypedValue } from "./typed-value.ts";
import { coerceVariables } from "./variables.ts";

/** What documents of one version are run with. */
export interface ReferenceParts {
  readonly model: SchemaModel;
  /** Of the model. */
  readonly schema: GraphQLSchema;
  readonly invoker: Invoker;
  readonly relations: RelationIndex;
  /** Turns what was thrown into what callers may know. */
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
}

/**
 * An operation of a valid document, run by `graphql`'s own executor: introspection, and what the compiler does not take. What it
 * answers is what every executor must answer.
 */
export function referenceExecution(
  parts: ReferenceParts,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Execution {
  const run = new ReferenceRun(parts, document, operation);
  if (operation.operation === "subscription")
    return { kind: "subscription", subscribe: (request) => run.subscribe(request) };
  return { kind: operation.operation, run: (request) => run.answer(request) };
}

class ReferenceRun {
  readonly #parts: ReferenceParts;
  readonly #document: DocumentNode;
  readonly #operation: OperationDefinitionNode;
  readonly #isSingle: boolean;

  constructor(parts: ReferenceParts, document: DocumentNode, operation: OperationDefinitionNode) {
    const { selections } = operation.selectionSet;
    this.#parts = parts;
    // With just this operation: others may have no name to tell them by.
    this.#document = {
      ...document,
      definitions: document.definitions.filter(
        (each) => each === operation || each.kind !== Kind.OPERATION_DEFINITION,
      ),
    };
    this.#operation = operation;
    this.#isSingle = selections.length === 1 && selections[0]?.kind === Kind.FIELD;
  }

  async answer(request: ExecutionRequest): Promise<ExecutionResult> {
    const toApiError = this.#masking(request.source);
    const refused = this.#refuse(request);
    if (refused !== null) return refused;
    const fields = this.#fields(request, toApiError);
    const resolve: Resolver = (parent, values, _, info) =>
      fields.resolve(this.#binding(info), unwrap(parent), values, this.#sourceOf(request.source, info));
    try {
      return toResult(await execute({ ...this.#arguments(request), fieldResolver: resolve }), toApiError);
    } catch (thrown) {
      return ExecutionResult.refused(toGraphqlError(toApiError(thrown), {}));
    }
  }

  async subscribe(request: ExecutionRequest): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> {
    const toApiError = this.#masking(request.source);
    const refused = this.#refuse(request);
    if (refused !== null) return refused;
    const fields = this.#fields(request, toApiError);
    const open: Resolver = (_, values, __, info) =>
      whenReady(fields.events(this.#operationBinding(info), values, request.source), toStream);
    const resolve: Resolver = (parent, values, _, info) =>
      info.path.prev === undefined
        ? fields.event(this.#operationBinding(info), parent)
        : fields.resolve(this.#binding(info), unwrap(parent), values, request.source);
    try {
      const stream = await subscribe({
        ...this.#arguments(request),
        subscribeFieldResolver: open,
        fieldResolver: resolve,
      });
      return Symbol.asyncIterator in stream
        ? new ResultStream(stream, (result) => toResult(result, toApiError), toApiError)
        : toResult(stream, toApiError);
    } catch (thrown) {
      return ExecutionResult.refused(toGraphqlError(toApiError(thrown), {}));
    }
  }

  #arguments({ variables }: ExecutionRequest) {
    const { schema } = this.#parts;
    return { schema, document: this.#document, variableValues: variables, typeResolver: typeOf };
  }

  #refuse({ variables }: ExecutionRequest): ExecutionResult | null {
    const { variableDefinitions = [] } = this.#operation;
    const { error } = coerceVariables(this.#parts.schema, variableDefinitions, variables);
    return error === null ? null : ExecutionResult.refused(toGraphqlError(error, {}));
  }

  #fields({ source, caller }: ExecutionRequest, toApiError: ToApiError): ReferenceFields {
    const { invoker, relations } = this.#parts;
    return new ReferenceFields({ invoker, relations, source, caller, toApiError });
  }

  #binding({ parentType, fieldName }: GraphQLResolveInfo) {
    return this.#parts.model.field(parentType.name, fieldName).binding;
  }

  #operationBinding(info: GraphQLResolveInfo): OperationBinding {
    const binding = this.#binding(info);
    if (binding.kind !== "operation") throw new TypeError(`${info.fieldName} is no subscription`);
    return binding;
  }

  /** Each field of a mutation is a call with a key of its own. */
  #sourceOf(source: CallSource, { path, operation }: GraphQLResolveInfo): CallSource {
    if (path.prev !== undefined || operation.operation !== "mutation") return source;
    return sourceOf(source, String(path.key), this.#isSingle);
  }

  /** What passes several hands is told to the log once. */
  #masking({ requestId }: CallSource): ToApiError {
    const told = new WeakSet<ApiError>();
    return (thrown) => {
      if (thrown instanceof ApiError && told.has(thrown)) return thrown;
      const error = this.#parts.toApiError(thrown, requestId);
      told.add(error);
      return error;
    };
  }
}

type Resolver = GraphQLFieldResolver<unknown, unknown, Readonly<Record<string, unknown>>>;

function typeOf(value: unknown): string | undefined {
  return value instanceof TypedValue ? value.type : undefined;
}

function unwrap(parent: unknown): unknown {
  return parent instanceof TypedValue ? parent.value : parent;
}

function toResult(
  { data, errors = [] }: Pick<GraphqlResult, "data" | "errors">,
  toApiError: ToApiError,
): ExecutionResult {
  return new ExecutionResult(
    data,
    errors.map((error) => toResultError(error, toApiError)),
  );
}
