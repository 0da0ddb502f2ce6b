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
    if (Array.isArray(value)) void this.#takeBatch(socket, value);
    else void this.#take(socket, value, false).then((text) => this.#send(socket, text));
  }

  drained(): void {
    this.#output.drained();
  }

  closed(): void {
    for (const operation of [...this.#calls.values(), ...this.#notified]) operation.leaving.abort();
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

  /** Carries out one request; answers its text, or null where nothing is to be said. Never rejects. */
  async #take(socket: WebSocketConnection, value: unknown, isBatched: boolean): Promise<string | null> {
    let request: RpcRequest;
    try {
      request = readRequest(value);
    } catch (thrown) {
      return this.#errorText(idOf(value), thrown);
    }
    const { id } = request;
    try {
      if (!request.method.startsWith("$/")) return await this.#call(socket, request, isBatched);
      const result = await control(request, { caller: this.#caller, calls: this.#calls });
      return id === null ? null : resultText(id, result, null);
    } catch (thrown) {
      return id === null ? null : this.#errorText(id, thrown);
    }
  }

  async #call(socket: WebSocketConnection, request: RpcRequest, isBatched: boolean): Promise<string | null> {
    const { id, params, meta } = request;
    const method = this.#endpoint.methods.get(request.method);
    if (method === undefined) throw noMethod(request.method);
    if (params === null) throw positional();
    if (method.isStream && isBatched) throw streamInBatch();
    if (meta.repeated === true && !method.invocation.isRepeatable) throw frameworkError("OUTCOME_UNKNOWN");
    const { caller, credentials } = this.#caller;
    this.#caller.assertValid();
    const operation = this.#begin(id, new SocketOperation("CALL", this.#head.path, credentials, meta));
    const parts: CallParts = { services: this.#endpoint.services, method, operation, caller, params };
    try {
      if (!method.isStream) return await answerCall(parts, id);
      // Without an id there is nothing that what it tells could be told apart by.
      if (id !== null) await runStream(parts, id, (text) => this.#output.send(socket, text));
      return null;
    } finally {
      this.#end(id, operation);
    }
  }

  #begin(id: RpcId | null, operation: SocketOperation): SocketOperation {
    if (this.#calls.size + this.#notified.size >= callsMax) throw tooManyCalls();
    if (id === null) this.#notified.add(operation);
    else if (this.#calls.has(id)) throw idTaken();
    else this.#calls.set(id, operation);
    return operation;
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
