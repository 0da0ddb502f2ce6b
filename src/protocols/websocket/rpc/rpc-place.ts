import type { Awaitable } from "../../../base/awaitable.ts";
import type { Caller } from "../../../define/caller.ts";
import type { HttpRequest } from "../../http/http-request.ts";
import type { SocketGuest, SocketPlace } from "../socket-place.ts";
import type { RpcEndpoint } from "./rpc-endpoint.ts";
import { RpcSocket } from "./rpc-socket.ts";

/** The subprotocol of docs/PROTOCOL.md. */
export const rpcSubprotocol = "fourfold.jsonrpc.v1";

/** The operations of a version, as sockets come to them. */
export class RpcPlace implements SocketPlace {
  readonly subprotocols: readonly string[] = [rpcSubprotocol];
  readonly requiresSubprotocol = true;
  readonly #endpoint: RpcEndpoint;

  constructor(endpoint: RpcEndpoint) {
    this.#endpoint = endpoint;
  }

  /** Each operation has its own rules. */
  admit(): Awaitable<void> {}

  receiver(request: HttpRequest, caller: Caller | null): SocketGuest {
    return new RpcSocket(this.#endpoint, request, caller);
  }
}
