import { setImmediate as nextTurn } from "node:timers/promises";
import { type Awaitable, isPromise } from "../../../base/awaitable.ts";
import { PassingMap } from "../../../base/passing-map.ts";
import { repeatedMember } from "../../../base/repeated-member.ts";
import type { Caller } from "../../../define/caller.ts";
import { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { RequestHead } from "../../../net/exchange.ts";
import { closeCodes, type WebSocketConnection } from "../../../net/index.ts";
import type { RequestId } from "../../../observe/request-id.ts";
import type { HttpRequest } from "../../http/http-request.ts";
import { SocketOperation } from "../../http/socket-operation.ts";
import { SocketOutput } from "../../http/socket-output.ts";
import { stopping } from "../../http/stopping.ts";
import type { SocketGuest } from "../socket-place.ts";
import { RpcCaller } from "./rpc-caller.ts";
import { control } from "./rpc-control.ts";
import type { RpcEndpoint } from "./rpc-endpoint.ts";
import {
  badBatch,
  batchMax,
  callsMax,
  idTaken,
  noMethod,
  notJson,
  positional,
  streamInBatch,
  tooManyCalls,
} from "./rpc-refusal.ts";
import { idOf, type RpcId, type RpcRequest, readRequest } from "./rpc-request.ts";
import { errorText, resultText } from "./rpc-text.ts";
import { answerCall, type CallParts, runStream } from "./run-call.ts";

/** A socket over which operations are called (docs/PROTOCOL.md). */
export class RpcSocket implements SocketGuest {
  readonly #endpoint: RpcEndpoint;
  readonly #head: RequestHead;
  readonly #output: SocketOutput;
  readonly #caller: RpcCaller;
  readonly #calls: PassingMap<RpcId, SocketOperation>;
  /** Those that nobody waits for. */
  readonly #notified: PassingMap<RequestId, SocketOperation>;
  /** Those of the calls that go on until somebody ends them. */
  readonly #streams: Set<SocketOperation>;
  /** What the socket waits for before it may close: messages that are to be answered. */
  #answering: number;
  /** The server stops: nothing begins any more. */
  #isLeaving: boolean;

  constructor(endpoint: RpcEndpoint, opening: HttpRequest, caller: Caller | null) {
    const { request, context } = opening.exchange;
    this.#endpoint = endpoint;
    this.#head = request;
    this.#output = new SocketOutput(context.limits.outputBytes);
    this.#caller = new RpcCaller(endpoint.services.invoker, opening, caller);
    this.#calls = new PassingMap();
    this.#notified = new PassingMap();
    this.#streams = new Set();
    this.#answering = 0;
    this.#isLeaving = false;
  }

  /** Its client speaks first. */
  opened(): void {}

  message(socket: WebSocketConnection, data: string | Uint8Array): void {
    let value: unknown;
    try {
      value = parse(data);
    } catch (thrown) {
      this.#send(socket, this.#errorText(null, thrown));
      return;
    }
    const taken = Array.isArray(value) ? this.#takeBatch(socket, value) : this.#take(socket, value, false);
    if (isPromise(taken)) void this.#sendLater(socket, taken);
    else this.#send(socket, taken);
  }

  /** Calls under way are answered, streams end, and then the socket does. */
  drain(socket: WebSocketConnection): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    void this.#sendLater(socket, this.#endStreams());
  }

  drained(): void {
    this.#output.drained();
  }

  closed(): void {
    for (const operation of [...this.#calls.values(), ...this.#notified.values()]) operation.leave();
    this.#calls.clear();
    this.#notified.clear();
    this.#streams.clear();
    this.#output.drained();
  }

  /** Watches end by themselves, with their position; what would go on for ever is ended a turn later, and told in the next one. */
  async #endStreams(): Promise<null> {
    await nextTurn();
    for (const stream of this.#streams) stream.leave(stopping());
    await nextTurn();
    return null;
  }

  async #takeBatch(socket: WebSocketConnection, values: readonly unknown[]): Promise<string | null> {
    if (values.length === 0 || values.length > batchMax)
      return this.#errorText(null, badBatch(values.length));
    const answers = await Promise.all(values.map((value) => this.#take(socket, value, true)));
    const texts = answers.filter((text) => text !== null);
    return texts.length === 0 ? null : `[${texts.join(",")}]`;
  }

  /** Carries out one request; answers its text, or null where nothing is to be said: at once, where that can be. Never throws or rejects. */
  #take(socket: WebSocketConnection, value: unknown, isBatched: boolean): Awaitable<string | null> {
    let request: RpcRequest;
    try {
      request = readRequest(value);
    } catch (thrown) {
      return this.#errorText(idOf(value), thrown);
    }
    try {
      if (!request.method.startsWith("$/")) return this.#call(socket, request, isBatched);
    } catch (thrown) {
      return this.#refused(request, thrown);
    }
    return this.#control(request);
  }

  async #control(request: RpcRequest): Promise<string | null> {
    try {
      const result = await control(request, { caller: this.#caller, calls: this.#calls });
      return request.id === null ? null : resultText(request.id, result, null);
    } catch (thrown) {
      return this.#refused(request, thrown);
    }
  }

  #refused({ id }: RpcRequest, thrown: unknown): string | null {
    return id === null ? null : this.#errorText(id, thrown);
  }

  /** Throws for what cannot be called; never rejects. */
  #call(socket: WebSocketConnection, request: RpcRequest, isBatched: boolean): Awaitable<string | null> {
    const { id, params, meta } = request;
    if (this.#isLeaving) throw stopping();
    const method = this.#endpoint.methods.get(request.method);
    if (method === undefined) throw noMethod(request.method);
    if (params === null) throw positional();
    if (method.isStream && isBatched) throw streamInBatch();
    if (meta.repeated === true && !method.invocation.isRepeatable) throw frameworkError("OUTCOME_UNKNOWN");
    const { caller, credentials } = this.#caller;
    this.#caller.assertValid();
    this.#assertRoom(id);
    const operation = new SocketOperation("CALL", this.#head.path, credentials, meta);
    const parts: CallParts = { services: this.#endpoint.services, method, operation, caller, params };
    if (method.isStream) {
      // Without an id there is nothing that what it tells could be told apart by.
      if (id !== null) void this.#stream(socket, parts, id);
      return null;
    }
    const answer = answerCall(parts, id);
    // Nearly always: it never was under way.
    if (!isPromise(answer)) return answer;
    this.#begin(id, operation);
    return answer.then((text) => {
      this.#end(id, operation);
      return text;
    });
  }

  async #stream(socket: WebSocketConnection, parts: CallParts, id: RpcId): Promise<void> {
    const { operation } = parts;
    this.#begin(id, operation);
    this.#streams.add(operation);
    await runStream(parts, id, (message) => this.#output.send(socket, message));
    this.#streams.delete(operation);
    this.#end(id, operation);
  }

  #assertRoom(id: RpcId | null): void {
    if (this.#calls.size + this.#notified.size >= callsMax) throw tooManyCalls();
    if (id !== null && this.#calls.get(id) !== undefined) throw idTaken();
  }

  #begin(id: RpcId | null, operation: SocketOperation): void {
    if (id === null) this.#notified.set(operation.id, operation);
    else this.#calls.set(id, operation);
  }

  #end(id: RpcId | null, operation: SocketOperation): void {
    if (id === null) this.#notified.delete(operation.id);
    else if (this.#calls.get(id) === operation) this.#calls.delete(id);
  }

  async #sendLater(socket: WebSocketConnection, text: PromiseLike<string | null>): Promise<void> {
    this.#answering += 1;
    this.#send(socket, await text);
    this.#answering -= 1;
    if (this.#isLeaving && this.#answering === 0) socket.close(closeCodes.goingAway);
  }

  #send(socket: WebSocketConnection, text: string | null): void {
    if (text !== null) void this.#output.send(socket, text);
  }

  #errorText(id: RpcId | null, thrown: unknown): string {
    const error = thrown instanceof ApiError ? thrown : this.#endpoint.services.toApiError(thrown, "");
    return errorText(id, error);
  }
}

function parse(data: string | Uint8Array): unknown {
  if (typeof data !== "string") throw notJson("", "is binary", "Send text");
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw notJson("", "is not JSON", "Send one JSON value (RFC 8259)");
  }
  const repeated = repeatedMember(data, value);
  if (repeated !== null) throw notJson(repeated, "is stated twice", "State it once (RFC 8259 §4)");
  return value;
}
