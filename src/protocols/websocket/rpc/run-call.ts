import { type Awaitable, isPromise } from "../../../base/awaitable.ts";
import type { Caller } from "../../../define/caller.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { Call } from "../../../invoke/call.ts";
import { assertGranted } from "../../../invoke/limit.ts";
import { toSource } from "../../../invoke/passage.ts";
import { RequestRecord } from "../../../observe/request-record.ts";
import type { SocketOperation } from "../../http/socket-operation.ts";
import type { RpcServices } from "./rpc-endpoint.ts";
import type { RpcMethod } from "./rpc-method.ts";
import type { Members, RpcId } from "./rpc-request.ts";
import { completeText, errorText, nextText, resultText, streamErrorText } from "./rpc-text.ts";

/** One call on its way. */
export interface CallParts {
  readonly services: RpcServices;
  readonly method: RpcMethod;
  readonly operation: SocketOperation;
  readonly caller: Caller | null;
  readonly params: Members;
}

/** Calls an operation that answers once; the answer's text, null for a notification. Never rejects. */
export async function answerCall(parts: CallParts, id: RpcId | null): Promise<string | null> {
  const { method, operation } = parts;
  const record = begin(parts);
  try {
    const call = enter(parts);
    const entered = method.invocation.enterKnown(call);
    const answer = isPromise(entered) ? await unlessLeft(operation, entered) : entered;
    const text = id === null ? null : resultText(id, method.write(answer, call), method.meta(answer));
    end(parts, record, null);
    return text;
  } catch (thrown) {
    const error = toError(parts, thrown);
    end(parts, record, error);
    return id === null ? null : errorText(id, error, null);
  }
}

/** Opens a stream, and tells what it has to tell, to its end. Never rejects. */
export async function runStream(
  parts: CallParts,
  id: RpcId,
  send: (text: string) => Awaitable<void>,
): Promise<void> {
  const { method, operation } = parts;
  const { signal } = operation;
  const record = begin(parts);
  let isOpen = false;
  let iterator: AsyncIterator<unknown> | Iterator<unknown> | null = null;
  const stop = (): void => void Promise.resolve(iterator?.return?.()).catch(() => {});
  try {
    const entered = method.invocation.enterKnown(enter(parts));
    const source = toSource(isPromise(entered) ? await entered : entered);
    iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    isOpen = true;
    await send(resultText(id, JSON.stringify({ stream: id }), null));
    for (;;) {
      const { done, value } = await iterator.next();
      if (signal.aborted || done === true) break;
      await send(nextText(id, method.writeNext(value)));
    }
    if (!signal.aborted) await send(completeText(id));
    end(parts, record, null);
  } catch (thrown) {
    stop();
    const error = toError(parts, thrown);
    if (!signal.aborted || !isOpen)
      await send(isOpen ? streamErrorText(id, error) : errorText(id, error, null));
    end(parts, record, error);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function enter({ services, method, operation, caller, params }: CallParts): Call {
  const call = new Call(services.invoker.services, operation, method.read(params));
  call.caller = caller;
  call.quota = services.invoker.charge(caller, operation.credentials, method.contract.plan.units(call.input));
  if (call.quota !== null) assertGranted(call.quota);
  return call;
}

/** Who cancels a call is answered at once, whatever its handler does. */
function unlessLeft<T>({ signal }: SocketOperation, answer: PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(frameworkError("CANCELLED"));
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    answer.then(resolve, reject);
    answer.then(
      () => signal.removeEventListener("abort", leave),
      () => signal.removeEventListener("abort", leave),
    );
  });
}

function toError({ services, operation }: CallParts, thrown: unknown): ApiError {
  return services.toApiError(thrown, operation.requestId);
}

function begin({ services: { observer }, method, operation }: CallParts): RequestRecord | null {
  if (observer === null) return null;
  const record = new RequestRecord("websocket", operation);
  record.series = method.series;
  observer.started(record);
  return record;
}

function end({ services, caller }: CallParts, record: RequestRecord | null, error: ApiError | null): void {
  if (record === null) return;
  record.statusCode = error?.http ?? 200;
  record.errorCode = error?.code ?? null;
  record.caller = caller?.id ?? null;
  services.observer?.finished(record);
}
