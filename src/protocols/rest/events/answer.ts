import { isPromise } from "../../../base/awaitable.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { toSource } from "../../../invoke/passage.ts";
import { HeadBlock } from "../../../net/head-block.ts";
import type { RestOperation } from "../operation.ts";
import type { RestRequest } from "../request.ts";
import { EventStream } from "./event-stream.ts";
import { endId } from "./event-text.ts";

/** Answers with what a subscription tells, as server-sent events (WHATWG HTML). */
export async function answerEvents(
  request: RestRequest,
  operation: RestOperation,
  answers: unknown,
): Promise<void> {
  // Read first: what the caller states may be nonsense.
  const { mount, timeout } = request;
  const source = toSource(isPromise(answers) ? await answers : answers);
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const fields = request.answerFields(mount.cors);
  if (request.method === "HEAD" || mount.streams.isStopping) {
    void Promise.resolve(iterator.return?.()).catch(() => {});
    if (mount.streams.isStopping) throw frameworkError("UNAVAILABLE", "The server stops", { retryAfter: 1 });
    request.exchange.respond(operation.events, fields, null);
    request.finished(200, null);
    return;
  }
  await new EventStream(request, operation.contract, request.exchange.stream(operation.events, fields)).send(
    iterator,
    timeout,
  );
}

/** Whether the caller was told all that there is to tell, and connects anew all the same, as EventSource does. */
export function isOver(request: RestRequest): boolean {
  return request.header("last-event-id") === endId;
}

const nothingMore = new HeadBlock(204, ["cache-control", "no-store"]);

/** HTML: 204 has an EventSource connect no more. */
export function answerNothingMore(request: RestRequest): void {
  const fields = request.mount.cors?.fields(request.header("origin")) ?? null;
  request.exchange.respond(nothingMore, fields, null);
  request.finished(204, null);
}
