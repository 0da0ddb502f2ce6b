import assert from "node:assert/strict";
import { type GraphQLSchema, Kind, type OperationDefinitionNode, parse, validate } from "graphql";
import type { Api } from "../../../../src/define/api.ts";
import type { Caller } from "../../../../src/define/caller.ts";
import type { Operation } from "../../../../src/define/definition.ts";
import { fromUnknown } from "../../../../src/errors/from-unknown.ts";
import type { CallSource } from "../../../../src/invoke/call.ts";
import { Invoker } from "../../../../src/invoke/invoker.ts";
import { compileApi } from "../../../../src/plan/compile.ts";
import { compileExecution } from "../../../../src/protocols/graphql/execute/compiled/compile.ts";
import type {
  Execution,
  ExecutionRequest,
  ExecutionResult,
} from "../../../../src/protocols/graphql/execute/execution.ts";
import { referenceExecution } from "../../../../src/protocols/graphql/execute/reference.ts";
import { RelationIndex } from "../../../../src/protocols/graphql/execute/relation-index.ts";
import { toExecution } from "../../../../src/protocols/graphql/execute/to-execution.ts";
import { buildSchemas } from "../../../../src/protocols/graphql/model/build.ts";
import { toGraphqlSchema } from "../../../../src/protocols/graphql/model/graphql-schema.ts";
import type { SchemaModel } from "../../../../src/protocols/graphql/model/schema-model.ts";
import { isInContract } from "../../../../src/protocols/graphql/model/served.ts";
import { openSqliteStore, type SqliteStore } from "../../../../src/store/sqlite/open.ts";

/** What a document is run with beside its text. */
export interface RunOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly as?: Caller;
  readonly operation?: string;
  readonly idempotencyKey?: string;
  /** Whether long lists are written in pieces. */
  readonly inPieces?: boolean;
}

/** A result, its data parsed. */
export interface Told {
  readonly data: unknown;
  readonly errors: ExecutionResult["errors"];
}

/**
 * An API with rows in memory, whose documents are run: queries by the compiled plan and by the reference executor, which must answer
 * the same; what changes something by the first alone.
 */
export interface Rig extends AsyncDisposable {
  readonly schema: GraphQLSchema;
  readonly model: SchemaModel;
  /** Null for an API without stored rows. */
  readonly store: SqliteStore | null;
  /** What was masked, and only the log was told. */
  readonly reported: unknown[];
  /** Runs a query or a mutation. */
  run(text: string, options?: RunOptions): Promise<Told>;
  /** Runs the same plan again and again; null for what is not compiled. */
  compiled(text: string, options: RunOptions): (() => Promise<ExecutionResult>) | null;
  /** By one of the executors alone; null for what is not compiled. */
  runBy(
    executor: "compiled" | "reference",
    text: string,
    options?: RunOptions,
  ): Promise<ExecutionResult | null>;
  /** Opens a subscription; a result where it cannot begin. */
  subscribe(text: string, options?: RunOptions): Promise<Told | AsyncIterableIterator<ExecutionResult>>;
  /** Calls an operation beside. */
  call<I, O>(operation: Operation<I, O>, input: I): Promise<O>;
}

type Executor = "compiled" | "reference" | "either";

export async function openRig(api: Api, version?: string): Promise<Rig> {
  const plan = compileApi(api);
  const store: SqliteStore | null =
    plan.tables.length === 0
      ? null
      : await openSqliteStore({ location: ":memory:", tables: plan.tables, migrate: "auto" });
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const invoker = new Invoker(plan, {
    store,
    cache: null,
    bus: null,
    workers: null,
    wakes: null,
    rooms: () => ({ send: () => {} }),
    now: () => new Date(),
    log: () => log,
    failed: () => {},
    quota: null,
    authenticate: null,
  });
  const model = buildSchemas(plan, isInContract).find(
    (each) => each.version.name === (version ?? plan.defaultVersion.name),
  );
  if (model === undefined) throw new Error("There is no such version");
  const schema = toGraphqlSchema(model);
  const reported: unknown[] = [];
  const parts = {
    model,
    schema,
    invoker,
    relations: new RelationIndex(plan, store),
    toApiError: (thrown: unknown, requestId: string) =>
      fromUnknown(
        thrown,
        () => requestId,
        (_, told) => reported.push(told),
      ),
  };
  const prepare = (text: string, name?: string, by: Executor = "either"): Execution | null => {
    const document = parse(text);
    const mistakes = validate(schema, document);
    if (mistakes.length > 0) throw new Error(mistakes.map(({ message }) => message).join("\n"));
    const operation = document.definitions.find(
      (each): each is OperationDefinitionNode =>
        each.kind === Kind.OPERATION_DEFINITION && (name === undefined || each.name?.value === name),
    );
    if (operation === undefined) throw new Error("There is no such operation");
    if (by === "compiled") return compileExecution(parts, document, operation);
    return by === "reference"
      ? referenceExecution(parts, document, operation)
      : toExecution(document, operation, parts);
  };
  // As a server does: who subscribes with the same text runs the same.
  const prepared = new Map<string, Execution | null>();
  const prepareOnce = (text: string, name?: string): Execution | null => {
    const key = `${name} ${text}`;
    const known = prepared.get(key) ?? prepare(text, name);
    prepared.set(key, known);
    return known;
  };
  const runBy = async (
    by: Executor,
    text: string,
    options: RunOptions = {},
  ): Promise<ExecutionResult | null> => {
    const execution = prepare(text, options.operation, by);
    if (execution?.kind === "subscription") throw new Error("That is a subscription");
    return execution === null ? null : execution.run(toRequest(options));
  };
  return {
    schema,
    model,
    store,
    reported,
    runBy,
    compiled: (text, options) => {
      const execution = prepare(text, options.operation, "compiled");
      if (execution?.kind === "subscription") throw new Error("That is a subscription");
      return execution === null ? null : async () => execution.run(toRequest(options));
    },
    run: async (text, options = {}) => {
      const known = reported.length;
      const result = await runBy("either", text, options);
      if (result === null) throw new Error("Every operation is run by some executor");
      if (prepare(text, options.operation)?.kind === "query") {
        const reference = await runBy("reference", text, options);
        assert.equal(reference?.text, result.text);
        // Both have told the log.
        reported.splice(known + (reported.length - known) / 2);
      }
      return parsed(result);
    },
    subscribe: async (text, options = {}) => {
      const execution = prepareOnce(text, options.operation);
      if (execution?.kind !== "subscription") throw new Error("That is no subscription");
      const opened = await execution.subscribe(toRequest(options));
      if (!(Symbol.asyncIterator in opened)) return parsed(opened);
      return opened[Symbol.asyncIterator]() as AsyncIterableIterator<ExecutionResult>;
    },
    call: (operation, input) => invoker.call(operation, input, sourceFor({}), null),
    [Symbol.asyncDispose]: async () => store?.close(),
  };
}

function toRequest(options: RunOptions): ExecutionRequest {
  const { as: caller = null, variables = {}, inPieces = false } = options;
  return { source: sourceFor(options), caller, variables, inPieces: () => inPieces };
}

function sourceFor({ idempotencyKey = null }: { readonly idempotencyKey?: string | null }): CallSource {
  return {
    signal: new AbortController().signal,
    requestId: "r1",
    traceparent: "",
    timeout: 0,
    idempotencyKey,
    credentials: { bearer: null, header: () => undefined, remoteAddress: "" },
    setField: () => {},
  };
}

function parsed({ data, errors }: ExecutionResult): Told {
  return { data: data === undefined ? undefined : JSON.parse(JSON.stringify(data)), errors };
}
