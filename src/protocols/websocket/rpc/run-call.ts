import { type Awaitable, isPromise } from "../../../base/awaitable.ts";
import type { Caller } from "../../../define/caller.ts";
import { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { Call } from "../../../invoke/call.ts";
import { assertGranted } from "../../../invoke/limit.ts";
import { toSource } from "../../../invoke/passage.ts";
import type { PreparedMessage } from "../../../net/index.ts";
import { RequestRecord } from "../../../observe/request-record.ts";
import type { SocketOperation } from "../../http/socket-operation.ts";
import type { RpcServices } from "./rpc-endpoint.ts";
import type { RpcMethod } from "./rpc-method.ts";
import type { RpcId } from "./rpc-request.ts";
import { completeText, errorText, resultText, streamErrorText } from "./rpc-text.ts";
import type { Members } from "./violation.ts";

/** One call on its way. */
export interface CallParts {
  readonly services: RpcServices;
  readonly method: RpcMethod;
  readonly operation: SocketOperation;
  readonly caller: Caller | null;
  readonly params: Members;
}

/**
 * Calls an operation that answers once; the answer's text, at once where the handler answers at once, and null for a notification. Never
 * throws or rejects.
 */
export function answerCall(parts: CallParts, id: RpcId | null): Awaitable<string | null> {
  const asked: Asked = { parts, id, record: begin(parts) };
  try {
    const call = enter(parts);
    const entered = parts.method.invocation.enterKnown(call);
    if (!isPromise(entered)) return succeed(asked, call, entered);
    return unlessLeft(parts.operation, entered)
      .then((answer) => succeed(asked, call, answer))
      .catch((thrown: unknown) => fail(asked, thrown));
  } catch (thrown) {
    return fail(asked, thrown);
  }
}

/** A call whose answer is to come. */
interface Asked {
  readonly parts: CallParts;
  readonly id: RpcId | null;
  readonly record: RequestRecord | null;
}

function succeed({ parts, id, record }: Asked, call: Call, answer: unknown): string | null {
  const { method } = parts;
  const text = id === null ? null : resultText(id, method.write(answer, call), method.meta(answer));
  end(parts, record, null);
  return text;
}

function fail({ parts, id, record }: Asked, thrown: unknown): string | null {
  const error = toError(parts, thrown);
  end(parts, record, error);
  return id === null ? null : errorText(id, error);
}

/** Opens a stream, and tells what it has to tell, to its end. Never rejects. */
export async function runStream(
  parts: CallParts,
  id: RpcId,
  send: (message: string | PreparedMessage) => Awaitable<void>,
): Promise<void> {
  const { method, operation } = parts;
  const record = begin(parts);
  const timer = limitTime(operation);
  let iterator: AnswerIterator | null = null;
  const leave = (): void => {
    stop(iterator);
    // Who cancels is told nothing more; whose time is over, is.
    if (operation.reason instanceof ApiError) void send(streamErrorText(id, operation.reason));
  };
  try {
    iterator = await openStream(parts);
    if (operation.hasLeft) leave();
    else operation.whenLeft = leave;
    await send(resultText(id, JSON.stringify({ stream: id }), null));
    for (;;) {
      const { done, value } = await iterator.next();
      if (operation.hasLeft || done === true) break;
      const wait = send(method.nextMessage(id, value));
      // A turn of microtasks for each who watches would be one too many.
      if (isPromise(wait)) await wait;
    }
    if (!operation.hasLeft) await send(completeText(id));
    end(parts, record, operation.reason instanceof ApiError ? operation.reason : null);
  } catch (thrown) {
    stop(iterator);
    const error = toError(parts, thrown);
    if (iterator === null) await send(errorText(id, error));
    else if (!operation.hasLeft) await send(streamErrorText(id, error));
    end(parts, record, error);
  } finally {
    clearTimeout(timer);
    operation.whenLeft = null;
  }
}

type AnswerIterator = AsyncIterator<unknown> | Iterator<unknown>;

async function openStream(parts: CallParts): Promise<AnswerIterator> {
  const { method, operation } = parts;
  const entered = method.invocation.enterKnown(enter(parts));
  if (!isPromise(entered)) return toIterator(entered);
  try {
    return toIterator(await unlessLeft(operation, entered));
  } catch (thrown) {
    // It may open yet, and then nobody is there to take what it tells.
    entered.then((answers) => stop(toIterator(answers))).then(undefined, () => {});
    throw thrown;
  }
}

function toIterator(answers: unknown): AnswerIterator {
  const source = toSource(answers);
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

function stop(iterator: AnswerIterator | null): void {
  void Promise.resolve(iterator?.return?.()).catch(() => {});
}

/** The caller's own deadline of a stream; that of the operation, `invoke` looks after. */
function limitTime(operation: SocketOperation): NodeJS.Timeout | undefined {
  if (operation.timeout === 0) return undefined;
  return setTimeout(() => operation.leave(frameworkError("DEADLINE_EXCEEDED")), operation.timeout);
}

function enter({ services, method, operation, caller, params }: CallParts): Call {
  const call = new Call(services.invoker.services, operation, method.read(params));
  if (method.demandsVersion && call.input["ifVersion"] === undefined) call.condition = refuseUnconditional;
  call.caller = caller;
  call.quota = services.invoker.charge(caller, operation.credentials, method.contract.plan.units(call.input));
  if (call.quota !== null) assertGranted(call.quota);
  return call;
}

function refuseUnconditional(): never {
  throw frameworkError(
    "PRECONDITION_REQUIRED",
    "ifVersion: send meta.version of the row as you have seen it",
  );
}

/** Who cancels a call, or whose time is over, is answered at once, whatever its handler does. */
function unlessLeft<T>(operation: SocketOperation, answer: PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(operation.reason ?? frameworkError("CANCELLED"));
    if (operation.hasLeft) leave();
    else operation.whenLeft = leave;
    // What comes afterwards concerns nobody any more.
    answer.then(resolve, reject);
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
