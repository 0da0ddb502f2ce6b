import { frameworkError } from "../../../errors/codes.ts";
import type { ResponseStream } from "../../../net/exchange.ts";
import { HeadBlock } from "../../../net/head-block.ts";
import { errorsOf } from "../documents/request-errors.ts";
import { ExecutionResult } from "../execute/execution.ts";
import { eachResult } from "../streams/each-result.ts";
import { charge, costOf, findOperation, identify } from "./asked-operation.ts";
import type { GraphqlRequest } from "./graphql-request.ts";
import type { GraphqlParameters } from "./parameters.ts";
import { errorCodeOf } from "./respond.ts";

/** Proxies must pass each event on as it comes. */
const head = new HeadBlock(200, [
  "content-type",
  "text/event-stream; charset=utf-8",
  "cache-control",
  "no-store, no-transform",
  "x-accel-buffering",
  "no",
  "x-content-type-options",
  "nosniff",
]);

/** Milliseconds between signs of life, which keep proxies from cutting a quiet stream. */
const heartbeatMs = 15_000;

/**
 * Answers with events, one stream an operation (GraphQL over SSE, "distinct connections mode"). What is wrong with the request is
 * an event too: a browser's EventSource shows nothing of an answer with another status.
 */
export async function answerEvents(request: GraphqlRequest, parameters: GraphqlParameters): Promise<void> {
  await identify(request);
  const { exchange, endpoint } = request;
  const stream = exchange.stream(head, endpoint.cors?.fields(request.header("origin")) ?? null);
  const heartbeat = setInterval(() => void beat(stream), heartbeatMs).unref();
  let errorCode: string | null = null;
  try {
    await eachEvent(request, parameters, (result) => {
      errorCode ??= errorCodeOf(result);
      return stream.write(`event: next\ndata: ${result.text}\n\n`);
    });
    // Without its `complete`, a stream is one that broke off: the client asks again, elsewhere.
    if (!endpoint.streams.isStopping) await stream.write("event: complete\ndata: \n\n");
  } catch {
    // Only the peer's leaving makes a write fail.
  } finally {
    clearInterval(heartbeat);
    stream.end();
    request.finished(200, errorCode);
  }
}

/** Results, of which the last may tell why there are no more. */
async function eachEvent(
  request: GraphqlRequest,
  parameters: GraphqlParameters,
  take: (result: ExecutionResult) => void | PromiseLike<void>,
): Promise<void> {
  const { endpoint, caller, requestId } = request;
  const leaving = new AbortController();
  const remove = endpoint.streams.add(() => leaving.abort());
  const signal = AbortSignal.any([request.signal, leaving.signal]);
  try {
    const operation = findOperation(endpoint, parameters);
    if (request.record !== null) request.record.series = endpoint.series[operation.execution.kind];
    if (operation.execution.kind === "mutation" && request.method !== "POST")
      throw frameworkError("METHOD_NOT_ALLOWED", "A mutation is asked for by POST: GET changes nothing");
    charge(request, costOf(endpoint, operation, parameters));
    const { variables } = parameters;
    await eachResult(operation, { source: request, caller, variables }, signal, take);
  } catch (thrown) {
    if (request.signal.aborted) return;
    await take(ExecutionResult.refused(...errorsOf(thrown, (each) => endpoint.toApiError(each, requestId))));
  } finally {
    remove();
  }
}

/** A comment. One that cannot be written is of no use any more. */
async function beat(stream: ResponseStream): Promise<void> {
  try {
    await stream.write(":\n\n");
  } catch {
    // The stream's own writes tell of it.
  }
}
