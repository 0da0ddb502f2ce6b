import { type Awaitable, isPromise } from "../../../base/awaitable.ts";
import { repeatedMember } from "../../../base/repeated-member.ts";
import type { Caller } from "../../../define/caller.ts";
import { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { RequestHead } from "../../../net/exchange.ts";
import type { WebSocketConnection } from "../../../net/index.ts";
import type { HttpRequest } from "../../http/http-request.ts";
import { SocketOperation } from "../../http/socket-operation.ts";
import { SocketOutput } from "../../http/socket-output.ts";
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
  readonly #calls: Map<RpcId, SocketOperation>;
  /** Those that nobody waits for. */
  readonly #notified: Set<SocketOperation>;

  constructor(endpoint: RpcEndpoint, opening: HttpRequest, caller: Caller | null) {
    const { request, context } = opening.exchange;
    this.#endpoint = endpoint;
    this.#head = request;
    this.#output = new SocketOutput(context.limits.outputBytes);
    this.#caller = new RpcCaller(endpoint.services.invoker, opening, caller);
    this.#calls = new Map();
    this.#notified = new Set();
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
    if (Array.isArray(value)) {
      void this.#takeBatch(socket, value);
      return;
    }
    const taken = this.#take(socket, value, false);
    if (isPromise(taken)) taken.then((text) => this.#send(socket, text));
    else this.#send(socket, taken);
  }

  drained(): void {
    this.#output.drained();
  }

  closed(): void {
    for (const operation of [...this.#calls.values(), ...this.#notified]) operation.leave();
    this.#calls.clear();
    this.#notified.clear();
    this.#output.drained();
  }

  async #takeBatch(socket: WebSocketConnection, values: readonly unknown[]): Promise<void> {
    if (values.length === 0 || values.length > batchMax) {
      this.#send(socket, this.#errorText(null, badBatch(values.length)));
      return;
    }
    const answers = await Promise.all(values.map((value) => this.#take(socket, value, true)));
    const texts = answers.filter((text) => text !== null);
    if (texts.length > 0) this.#send(socket, `[${texts.join(",")}]`);
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
    const answer = method.isStream ? this.#stream(socket, parts, id) : answerCall(parts, id);
    // Nearly always: it never was under way.
    if (!isPromise(answer)) return answer;
    this.#begin(id, operation);
    return answer.then((text) => {
      this.#end(id, operation);
      return text;
    });
  }

  async #stream(socket: WebSocketConnection, parts: CallParts, id: RpcId | null): Promise<null> {
    // Without an id there is nothing that what it tells could be told apart by.
    if (id !== null) await runStream(parts, id, (message) => this.#output.send(socket, message));
    return null;
  }

  #assertRoom(id: RpcId | null): void {
    if (this.#calls.size + this.#notified.size >= callsMax) throw tooManyCalls();
    if (id !== null && this.#calls.has(id)) throw idTaken();
  }

  #begin(id: RpcId | null, operation: SocketOperation): void {
    if (id === null) this.#notified.add(operation);
    else this.#calls.set(id, operation);
  }

  #end(id: RpcId | null, operation: SocketOperation): void {
    if (id === null) this.#notified.delete(operation);
    else if (this.#calls.get(id) === operation) this.#calls.delete(id);
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
