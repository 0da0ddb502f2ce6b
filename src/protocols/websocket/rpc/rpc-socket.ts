import { repeatedMember } from "../../../base/repeated-member.ts";
import type { Caller, Credentials } from "../../../define/caller.ts";
import { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { RequestHead } from "../../../net/exchange.ts";
import type { WebSocketConnection } from "../../../net/index.ts";
import type { HttpRequest } from "../../http/http-request.ts";
import { SocketCredentials } from "../../http/socket-credentials.ts";
import { SocketOperation } from "../../http/socket-operation.ts";
import { SocketOutput } from "../../http/socket-output.ts";
import type { SocketGuest } from "../socket-place.ts";
import type { RpcEndpoint } from "./rpc-endpoint.ts";
import { idOf, type RpcId, type RpcRequest, readRequest } from "./rpc-request.ts";
import { errorText, resultText, rpcCodes } from "./rpc-text.ts";
import { answerCall, type CallParts, runStream } from "./run-call.ts";

/** Requests in one array, and calls that one socket may have under way. */
const batchMax = 100;
const callsMax = 200;

/** A socket over which operations are called (docs/jsonrpc.md). */
export class RpcSocket implements SocketGuest {
  readonly #endpoint: RpcEndpoint;
  readonly #head: RequestHead;
  readonly #output: SocketOutput;
  readonly #calls: Map<RpcId, SocketOperation>;
  /** Those that nobody waits for. */
  readonly #notified: Set<SocketOperation>;
  #credentials: Credentials;
  #caller: Caller | null;

  constructor(endpoint: RpcEndpoint, opening: HttpRequest, caller: Caller | null) {
    const { request, context } = opening.exchange;
    this.#endpoint = endpoint;
    this.#head = request;
    this.#output = new SocketOutput(context.limits.outputBytes);
    this.#calls = new Map();
    this.#notified = new Set();
    this.#credentials = new SocketCredentials(request, opening.header("authorization"));
    this.#caller = caller;
  }

  /** Its client speaks first. */
  opened(): void {}

  message(socket: WebSocketConnection, data: string | Uint8Array): void {
    let value: unknown;
    try {
      value = parse(data);
    } catch (thrown) {
      this.#refuse(socket, null, thrown, rpcCodes.parse);
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
      const error = frameworkError("MALFORMED_REQUEST", `A batch has 1 to ${batchMax} requests`);
      this.#refuse(socket, null, error, rpcCodes.request);
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
      return this.#errorText(idOf(value), thrown, rpcCodes.request);
    }
    const { id, method } = request;
    try {
      if (method.startsWith("$/")) return await this.#control(request);
      return await this.#call(socket, request, isBatched);
    } catch (thrown) {
      return id === null ? null : this.#errorText(id, thrown, null);
    }
  }

  async #control({ id, method, params }: RpcRequest): Promise<string | null> {
    switch (method) {
      case "$/cancel": {
        const { id: cancelled } = params;
        if (typeof cancelled === "string" || typeof cancelled === "number")
          this.#calls.get(cancelled)?.leaving.abort();
        return id === null ? null : resultText(id, "null", null);
      }
      // A sign of life: browsers cannot send the pings of WebSocket.
      case "$/ping":
        return id === null ? null : resultText(id, "null", null);
      case "$/authenticate": {
        const { token } = params;
        if (typeof token !== "string") throw tokenMissing();
        const credentials = new SocketCredentials(this.#head, `Bearer ${token}`);
        const caller = await this.#endpoint.services.invoker.identify(credentials);
        this.#credentials = credentials;
        this.#caller = caller;
        return id === null ? null : resultText(id, JSON.stringify({ caller: caller?.id ?? null }), null);
      }
      default:
        return id === null ? null : this.#errorText(id, noMethod(method), rpcCodes.method);
    }
  }

  async #call(socket: WebSocketConnection, request: RpcRequest, isBatched: boolean): Promise<string | null> {
    const { id, method: name, meta } = request;
    const method = this.#endpoint.methods.get(name);
    if (method === undefined)
      return id === null ? null : this.#errorText(id, noMethod(name), rpcCodes.method);
    if (meta.repeated === true && !method.invocation.isRepeatable) throw frameworkError("OUTCOME_UNKNOWN");
    const operation = this.#begin(id, new SocketOperation("CALL", this.#head.path, this.#credentials, meta));
    const parts: CallParts = {
      services: this.#endpoint.services,
      method,
      operation,
      caller: this.#caller,
      params: request.params,
    };
    try {
      if (!method.isStream) return await answerCall(parts, id);
      if (id === null || isBatched) throw streamMisplaced();
      await runStream(parts, id, (text) => this.#output.send(socket, text));
      return null;
    } finally {
      this.#end(id, operation);
    }
  }

  #begin(id: RpcId | null, operation: SocketOperation): SocketOperation {
    if (this.#calls.size + this.#notified.size >= callsMax)
      throw frameworkError("OVERLOADED", `A socket may have ${callsMax} calls under way`);
    if (id === null) this.#notified.add(operation);
    else if (this.#calls.has(id))
      throw frameworkError("MALFORMED_REQUEST", "id: another call under way has it");
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

  #refuse(socket: WebSocketConnection, id: RpcId | null, thrown: unknown, code: number): void {
    this.#send(socket, this.#errorText(id, thrown, code));
  }

  #errorText(id: RpcId | null, thrown: unknown, code: number | null): string {
    const error = thrown instanceof ApiError ? thrown : this.#endpoint.services.toApiError(thrown, "");
    return errorText(id, error, code);
  }
}

function parse(data: string | Uint8Array): unknown {
  if (typeof data !== "string") throw invalidJson("", "is binary", "Send text");
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw invalidJson("", "is not JSON", "Send one JSON value (RFC 8259)");
  }
  const repeated = repeatedMember(data, value);
  if (repeated !== null) throw invalidJson(repeated, "is stated twice", "State it once (RFC 8259 §4)");
  return value;
}

function invalidJson(path: string, message: string, mend: string): Error {
  return frameworkError("INVALID_JSON", `${path === "" ? "The message" : path} ${message}`, {
    violations: [{ path, rule: "json", message, mend }],
  });
}

function noMethod(name: string): Error {
  return frameworkError("UNIMPLEMENTED", `There is no method "${name.slice(0, 64)}" in this version`);
}

function streamMisplaced(): Error {
  return frameworkError("MALFORMED_REQUEST", "A subscription has an id, and stands by itself");
}

function tokenMissing(): Error {
  return frameworkError("INVALID_INPUT", "token: is required", {
    violations: [{ path: "token", rule: "required", message: "is required", mend: 'Send {"token":"…"}' }],
  });
}
