import type { Awaitable } from "../../../base/awaitable.ts";
import type { Caller } from "../../../define/caller.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import { RequestRecord } from "../../../observe/request-record.ts";
import type { SocketOperation } from "../../http/socket-operation.ts";
import { errorsOf, RequestErrors } from "../documents/request-errors.ts";
import type { GraphqlEndpoint } from "../endpoint.ts";
import { type Execution, ExecutionResult } from "../execute/execution.ts";
import { charge, costExtension, costOf, findOperation } from "../http/asked-operation.ts";
import { readParameters } from "../http/parameters.ts";
import { errorCodeOf, toResponse } from "../http/respond.ts";
import { eachResult } from "../streams/each-result.ts";
import type { Members } from "./messages.ts";

/** One operation on a socket. */
export interface SocketRun {
  readonly endpoint: GraphqlEndpoint;
  readonly source: SocketOperation;
  readonly caller: Caller | null;
  readonly payload: Members;
  /** Why it is not run at all; null where it is. */
  readonly refusal: ApiError | null;
  /** Told what the payload asks for, once that is known and allowed. */
  readonly found: (kind: Execution["kind"]) => void;
  /** Sends a message of the operation; `payload` as JSON text, null for none. The last one is `error` or `complete`. */
  readonly send: (type: "next" | "error" | "complete", payload: string | null) => Awaitable<void>;
}

/** Runs an operation to its end. It never rejects. */
export async function runOperation(run: SocketRun): Promise<void> {
  const { endpoint, source, caller } = run;
  const { observer } = endpoint;
  const record = observer === null ? null : new RequestRecord("graphql", source);
  if (record !== null) observer?.started(record);
  let result: ExecutionResult | null = null;
  try {
    result = await runToEnd(run, record);
    await run.send("complete", null);
  } catch (thrown) {
    const errors = errorsOf(thrown, (each) => endpoint.toApiError(each, source.requestId));
    result = ExecutionResult.refused(...errors);
    await run.send("error", JSON.stringify(errors));
  }
  if (record === null) return;
  record.statusCode = 200;
  record.errorCode = result === null ? null : errorCodeOf(result);
  record.caller = caller?.id ?? null;
  observer?.finished(record);
}

/** Answers the last result, if there was any. */
async function runToEnd(
  { endpoint, source, caller, payload, refusal, found, send }: SocketRun,
  record: RequestRecord | null,
): Promise<ExecutionResult | null> {
  if (refusal !== null) throw refusal;
  const parameters = readParameters(payload);
  const operation = findOperation(endpoint, parameters);
  found(operation.execution.kind);
  if (record !== null) record.series = endpoint.series[operation.execution.kind];
  const rows = costOf(endpoint, operation, parameters);
  charge({ endpoint, caller, credentials: source.credentials, quota: null }, rows);
  const extensions = costExtension(endpoint, rows, parameters);
  let last: ExecutionResult | null = null;
  const { variables } = parameters;
  await eachResult(operation, { source, caller, variables }, source.signal, (result) => {
    // What breaks a stream off ends it with an error (§6.2.3.2): to clients, its iterator throws.
    if (result.data === undefined && operation.execution.kind === "subscription")
      throw new RequestErrors(result.errors, 200);
    last = result;
    return send("next", toResponse(result, extensions));
  });
  return last;
}
