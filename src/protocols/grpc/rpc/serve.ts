import { type Awaitable, isPromise } from "../../../base/awaitable.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { ProtoError } from "../protobuf/proto-error.ts";
import type { RpcCall } from "./call.ts";
import { MessageQueue } from "./message-queue.ts";
import type { MessageType } from "./message-type.ts";
import type {
  Answers,
  BidiStreamMethod,
  ClientStreamMethod,
  RpcMethod,
  ServerStreamMethod,
  UnaryMethod,
} from "./method.ts";

/** Serves a call to its end. It never rejects; at once, where the handler and all before it are. */
export function run(call: RpcCall, method: RpcMethod): Promise<void> {
  try {
    limitTime(call);
    const served = call.isOver ? undefined : serve(call, method);
    if (!isPromise(served)) return settled;
    return Promise.resolve(served).catch((thrown: unknown) => fail(call, thrown));
  } catch (thrown) {
    fail(call, thrown);
    return settled;
  }
}

const settled = Promise.resolve();

/** Ends a call with an error, unless it has ended. */
export function fail(call: RpcCall, thrown: unknown): void {
  if (call.isOver) return;
  const plain = call.settings.toApiError(thrown, call.requestId);
  const error = call.reword === null ? plain : call.reword(plain);
  call.end(error);
  try {
    if (call.answers === null) call.framing.fail(call, error);
    else call.answers.end(error);
  } catch (untold) {
    // Its fields cannot be sent.
    const internal = call.settings.toApiError(untold, call.requestId);
    call.trailers = null;
    if (call.answers === null) call.framing.fail(call, internal);
    else call.answers.end(internal);
  }
}

function limitTime(call: RpcCall): void {
  const timeout = call.framing.timeout(call);
  if (timeout === null) return;
  if (timeout <= 0) fail(call, frameworkError("DEADLINE_EXCEEDED"));
  else call.limitTime(timeout, () => fail(call, frameworkError("DEADLINE_EXCEEDED")));
}

function serve(call: RpcCall, method: RpcMethod): Awaitable<void> {
  switch (method.kind) {
    case "unary":
      return serveUnary(call, method);
    case "server":
      return serveAnswers(call, method);
    case "client":
      return serveMessages(call, method);
    case "bidi":
      return serveBoth(call, method);
  }
}

function serveUnary(call: RpcCall, method: UnaryMethod): Awaitable<void> {
  const content = call.framing.readOne(call);
  if (isPromise(content)) return content.then((known) => answerUnary(call, method, known));
  return answerUnary(call, method, content);
}

function answerUnary(call: RpcCall, method: UnaryMethod, content: Uint8Array): Awaitable<void> {
  if (call.isOver) return;
  const answer = method.handle(call, readMessage(call, method.request, content));
  if (isPromise(answer)) return answer.then((known) => respond(call, method, known));
  return respond(call, method, answer);
}

function respond(call: RpcCall, method: UnaryMethod | ClientStreamMethod, answer: unknown): Awaitable<void> {
  if (call.isOver) return;
  const { format } = call.framing;
  const own = method.kind === "unary" ? method.write : null;
  const message = own === null ? method.response[format].write(answer) : own(call, answer, format);
  call.end(null);
  return call.framing.respond(call, message);
}

async function serveAnswers(call: RpcCall, method: ServerStreamMethod): Promise<void> {
  const content = call.framing.readOne(call);
  // Content that is there already is so for now only.
  const message = readMessage(call, method.request, isPromise(content) ? await content : content);
  if (!call.isOver) await sendAnswers(call, method, await method.handle(call, message));
}

async function serveMessages(call: RpcCall, method: ClientStreamMethod): Promise<void> {
  const messages = readMessages(call, method.request);
  try {
    await respond(call, method, await method.handle(call, messages));
  } finally {
    void messages.return();
  }
}

async function serveBoth(call: RpcCall, method: BidiStreamMethod): Promise<void> {
  const messages = readMessages(call, method.request);
  try {
    await sendAnswers(call, method, await method.handle(call, messages));
  } finally {
    void messages.return();
  }
}

/** Sends answers as fast as the peer takes them. One that leaves ends them, at the handler's next word or at once. */
async function sendAnswers(
  call: RpcCall,
  { response, beginsAtOnce = false }: ServerStreamMethod | BidiStreamMethod,
  answers: Answers,
): Promise<void> {
  const iterator =
    Symbol.asyncIterator in answers ? answers[Symbol.asyncIterator]() : answers[Symbol.iterator]();
  const stop = (): void => void Promise.resolve(iterator.return?.()).catch(() => {});
  const format = response[call.framing.format];
  const { signal } = call;
  // Who leaves while the handler makes its answers ready gets none of them.
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      const next = iterator.next();
      if (beginsAtOnce && call.answers === null && isPromise(next)) setImmediate(begin, call);
      const { done, value } = isPromise(next) ? await next : next;
      if (call.isOver || done === true) break;
      call.answers ??= call.framing.stream(call);
      const written = call.answers.write(format.write(value));
      if (isPromise(written)) await written;
    }
  } catch (thrown) {
    stop();
    throw thrown;
  }
  if (call.isOver) return;
  if (signal.aborted) throw frameworkError("CANCELLED");
  call.answers ??= call.framing.stream(call);
  call.end(null);
  call.answers.end(null);
}

/**
 * The head of a stream whose handler takes its time: clients may wait for it before they send a message, and intermediaries must
 * not take the call for one that nobody serves.
 */
function begin(call: RpcCall): void {
  if (call.isOver || call.answers !== null) return;
  try {
    call.answers = call.framing.stream(call);
  } catch (thrown) {
    fail(call, thrown);
  }
}

function readMessages(call: RpcCall, type: MessageType): MessageQueue {
  const queue = new MessageQueue();
  const take = (content: Uint8Array): Awaitable<void> =>
    queue.push(readMessage(call, type, content), content.length);
  call.framing.readEach(call, take).then(
    () => setImmediate(endMessages, call, queue),
    (thrown: unknown) => queue.fail(thrown),
  );
  return queue;
}

/**
 * Node's HTTP/2 client, and so @grpc/grpc-js and connect-node, cancels by the end of the messages and a reset after it: where both
 * have come together, the messages are not whole.
 */
function endMessages({ signal }: RpcCall, queue: MessageQueue): void {
  if (signal.aborted) queue.fail(signal.reason);
  else queue.end();
}

function readMessage(call: RpcCall, type: MessageType, content: Uint8Array): unknown {
  try {
    return type[call.framing.format].read(content);
  } catch (thrown) {
    if (thrown instanceof ProtoError) throw call.framing.malformed(`${type.name}: ${thrown.message}`);
    throw thrown;
  }
}
