import type { Caller, Credentials } from "../../../define/caller.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { Exchange, RequestHead } from "../../../net/exchange.ts";
import type { WebSocketConnection, WebSocketReceiver } from "../../../net/index.ts";
import { SocketCredentials } from "../../http/socket-credentials.ts";
import { SocketOperation } from "../../http/socket-operation.ts";
import { SocketOutput } from "../../http/socket-output.ts";
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
  readonly #operations: Map<string, SocketOperation>;
  #state: "new" | "initialising" | "acknowledged" | "closed";
  #credentials: Credentials;
  #caller: Caller | null;
  #deadline: NodeJS.Timeout | null;
  #stopListening: (() => void) | null;

  readonly #output: SocketOutput;

  constructor(endpoint: GraphqlEndpoint, { request, context }: Exchange) {
    this.endpoint = endpoint;
    this.#head = request;
    this.#output = new SocketOutput(context.limits.outputBytes);
    this.#operations = new Map();
    this.#state = "new";
    this.#credentials = new SocketCredentials(request, undefined);
    this.#caller = null;
    this.#deadline = null;
    this.#stopListening = null;
  }

  /** The socket is open. */
  opened(socket: WebSocketConnection): void {
    this.#deadline = setTimeout(
      () => socket.close(closeCodes.initialisationTimeout, "Connection initialisation timeout"),
      this.endpoint.limits.initialisationMs,
    ).unref();
    this.#stopListening = this.endpoint.streams.add(() => socket.close(closeCodes.goingAway, "Going away"));
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
    this.#stopListening?.();
    for (const operation of this.#operations.values()) operation.leave();
    this.#operations.clear();
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
  }

  #subscribe(socket: WebSocketConnection, id: string, payload: Members): void {
    if (this.#state !== "acknowledged") {
      socket.close(closeCodes.unauthorized, "Unauthorized");
      return;
    }
    if (this.#operations.has(id)) {
      socket.close(closeCodes.subscriberExists, `Subscriber for ${id.slice(0, 64)} already exists`);
      return;
    }
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
    const { endpoint } = this;
    const { socketOperations } = endpoint.limits;
    const refusal =
      this.#operations.size > socketOperations
        ? frameworkError("OVERLOADED", `A socket may have ${socketOperations} operations under way`)
        : null;
    await runOperation({
      endpoint,
      source,
      caller: this.#caller,
      payload,
      refusal,
      // Nothing is sent for an operation that its client has ended: the id may be another one's by then.
      send: (type, text) => {
        if (this.#operations.get(id) !== source) return;
        if (type !== "next") this.#operations.delete(id);
        const member = text === null ? "" : `,"payload":${text}`;
        return this.#output.send(socket, `{"id":${JSON.stringify(id)},"type":"${type}"${member}}`);
      },
    });
  }

  #end(id: string): void {
    const operation = this.#operations.get(id);
    if (operation === undefined) return;
    this.#operations.delete(id);
    operation.leave();
  }
}

/** A token in the payload of `connection_init`. */
function authorizationOf(payload: Members | null): string | undefined {
  const stated = payload?.["authorization"] ?? payload?.["Authorization"];
  return typeof stated === "string" ? stated : undefined;
}
