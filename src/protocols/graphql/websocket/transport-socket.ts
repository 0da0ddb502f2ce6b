import { PassingMap } from "../../../base/passing-map.ts";
import type { Caller, Credentials } from "../../../define/caller.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { expiryOf, whenExpired } from "../../../invoke/expiry.ts";
import type { Exchange, RequestHead } from "../../../net/exchange.ts";
import type { WebSocketConnection, WebSocketReceiver } from "../../../net/index.ts";
import { SocketCredentials } from "../../http/socket-credentials.ts";
import { SocketOperation } from "../../http/socket-operation.ts";
import { SocketOutput } from "../../http/socket-output.ts";
import { stopping } from "../../http/stopping.ts";
import type { GraphqlEndpoint } from "../endpoint.ts";
import { closeCodes } from "./close-codes.ts";
import { type ClientMessage, type Members, readMessage } from "./messages.ts";
import { runOperation } from "./run-operation.ts";

/**
 * The server's side of graphql-transport-ws on one socket
 * (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md).
 */
export class TransportSocket implements WebSocketReceiver {
  readonly endpoint: GraphqlEndpoint;
  readonly #head: RequestHead;
  readonly #operations: PassingMap<string, SocketOperation>;
  #state: "new" | "initialising" | "acknowledged" | "closed";
  #credentials: Credentials;
  #caller: Caller | null;
  #deadline: NodeJS.Timeout | null;
  /** Those of the operations that go on until somebody ends them. */
  readonly #subscriptions: Set<SocketOperation>;
  /** How the socket is closed once what is under way is answered; null while operations are taken. */
  #ending: Ending | null;
  /** Has the end of the caller's credentials not be waited for any more. */
  #stopWaiting: (() => void) | null;
  readonly #output: SocketOutput;

  constructor(endpoint: GraphqlEndpoint, { request, context }: Exchange) {
    this.endpoint = endpoint;
    this.#head = request;
    this.#output = new SocketOutput(context.limits.outputBytes);
    this.#operations = new PassingMap();
    this.#state = "new";
    this.#credentials = new SocketCredentials(request, undefined);
    this.#caller = null;
    this.#deadline = null;
    this.#subscriptions = new Set();
    this.#ending = null;
    this.#stopWaiting = null;
  }

  /** The socket is open. */
  opened(socket: WebSocketConnection): void {
    this.#deadline = setTimeout(
      () => socket.close(closeCodes.initialisationTimeout, "Connection initialisation timeout"),
      this.endpoint.limits.initialisationMs,
    ).unref();
  }

  /** The server stops. */
  drain(socket: WebSocketConnection): void {
    this.#leave(socket, { code: closeCodes.goingAway, reason: "Going away", refusal: stopping });
  }

  message(socket: WebSocketConnection, data: string | Uint8Array): void {
    const message = readMessage(data);
    if (typeof message === "string") socket.close(closeCodes.badRequest, message);
    else this.#take(socket, message);
  }

  drained(): void {
    this.#output.drained();
  }

  closed(): void {
    this.#state = "closed";
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#stopWaiting?.();
    for (const operation of this.#operations.values()) operation.leave();
    this.#operations.clear();
    this.#subscriptions.clear();
    this.drained();
  }

  #take(socket: WebSocketConnection, message: ClientMessage): void {
    switch (message.type) {
      case "connection_init":
        void this.#initialise(socket, message.payload);
        return;
      case "ping":
        socket.send(JSON.stringify({ type: "pong", payload: message.payload ?? undefined }));
        return;
      case "pong":
        return;
      case "subscribe":
        this.#subscribe(socket, message.id, message.payload);
        return;
      case "complete":
        this.#end(message.id);
    }
  }

  async #initialise(socket: WebSocketConnection, payload: Members | null): Promise<void> {
    if (this.#state !== "new") {
      socket.close(closeCodes.tooManyInitialisations, "Too many initialisation requests");
      return;
    }
    this.#state = "initialising";
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#credentials = new SocketCredentials(this.#head, authorizationOf(payload));
    try {
      this.#caller = await this.endpoint.invoker.identify(this.#credentials);
    } catch (thrown) {
      const { kind } = this.endpoint.toApiError(thrown, "");
      if (kind === "internal") socket.close(closeCodes.internal, "Internal server error");
      else socket.close(closeCodes.forbidden, "Forbidden");
      return;
    }
    if (!socket.isOpen) return;
    this.#state = "acknowledged";
    socket.send('{"type":"connection_ack"}');
    const { now } = this.endpoint.invoker.services;
    this.#stopWaiting = whenExpired(this.#caller, now, () => this.#leave(socket, expiry));
  }

  #subscribe(socket: WebSocketConnection, id: string, payload: Members): void {
    if (this.#state !== "acknowledged") {
      socket.close(closeCodes.unauthorized, "Unauthorized");
      return;
    }
    if (this.#operations.get(id) !== undefined) {
      socket.close(closeCodes.subscriberExists, `Subscriber for ${id.slice(0, 64)} already exists`);
      return;
    }
    if (this.#hasExpired) this.#leave(socket, expiry);
    const { extensions } = payload;
    const stated = typeof extensions === "object" && extensions !== null ? { ...extensions } : {};
    const source = new SocketOperation("SUBSCRIBE", this.#head.path, this.#credentials, stated);
    this.#operations.set(id, source);
    void this.#run(socket, id, payload, source);
  }

  async #run(
    socket: WebSocketConnection,
    id: string,
    payload: Members,
    source: SocketOperation,
  ): Promise<void> {
    await runOperation({
      endpoint: this.endpoint,
      source,
      caller: this.#caller,
      payload,
      refusal: this.#refusal(),
      found: (kind) => {
        if (kind === "subscription") this.#subscriptions.add(source);
      },
      // Nothing is sent for an operation that its client has ended: the id may be another one's by then.
      send: (type, text) => {
        if (this.#operations.get(id) !== source) return;
        if (type !== "next") this.#operations.delete(id);
        // Clients open it again over another socket if this one closes, but not after an error.
        if (type === "error" && this.#isEnding && this.#subscriptions.has(source)) return;
        const member = text === null ? "" : `,"payload":${text}`;
        return this.#output.send(socket, `{"id":${JSON.stringify(id)},"type":"${type}"${member}}`);
      },
    });
    this.#subscriptions.delete(source);
    this.#closeIfDone(socket);
  }

  /** Streams learn of the credentials' end by timers of their own, which may be sooner. */
  get #isEnding(): boolean {
    return this.#ending !== null || this.#hasExpired;
  }

  get #hasExpired(): boolean {
    const expires = expiryOf(this.#caller);
    return expires !== Number.POSITIVE_INFINITY && expires <= this.endpoint.invoker.services.now().getTime();
  }

  /** Why no operation may begin now; null where one may. */
  #refusal(): ApiError | null {
    if (this.#ending !== null) return this.#ending.refusal();
    const { socketOperations } = this.endpoint.limits;
    if (this.#operations.size <= socketOperations) return null;
    return frameworkError("OVERLOADED", `A socket may have ${socketOperations} operations under way`);
  }

  /** Nothing begins any more. What answers once is answered; subscriptions end without a word. */
  #leave(socket: WebSocketConnection, ending: Ending): void {
    if (this.#ending !== null) return;
    this.#ending = ending;
    // Watches tell their position first.
    setImmediate(() => {
      for (const id of this.#operations.keys()) {
        const operation = this.#operations.get(id);
        if (operation !== undefined && this.#subscriptions.has(operation)) this.#end(id);
      }
      this.#closeIfDone(socket);
    });
  }

  #closeIfDone(socket: WebSocketConnection): void {
    if (this.#ending === null || this.#operations.size > 0) return;
    socket.close(this.#ending.code, this.#ending.reason);
  }

  #end(id: string): void {
    const operation = this.#operations.get(id);
    if (operation === undefined) return;
    this.#operations.delete(id);
    operation.leave();
  }
}

/** How a socket ends. */
interface Ending {
  readonly code: number;
  readonly reason: string;
  /** What an operation is answered that is asked for meanwhile. */
  readonly refusal: () => ApiError;
}

/** The credentials have expired. Clients take 4403 as a reason to come back with others, and 4401 as a mistake of their own. */
const expiry: Ending = {
  code: closeCodes.forbidden,
  reason: "Forbidden",
  refusal: () => frameworkError("UNAUTHENTICATED", "The credentials have expired: connect anew"),
};

/** A token in the payload of `connection_init`. */
function authorizationOf(payload: Members | null): string | undefined {
  const stated = payload?.["authorization"] ?? payload?.["Authorization"];
  return typeof stated === "string" ? stated : undefined;
}
