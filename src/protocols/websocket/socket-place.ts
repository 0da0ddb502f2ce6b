import type { Awaitable } from "../../base/awaitable.ts";
import type { Caller } from "../../define/caller.ts";
import type { WebSocketConnection, WebSocketReceiver } from "../../net/index.ts";
import type { HttpRequest } from "../http/http-request.ts";

/** What stands at a path where WebSockets are opened. */
export interface SocketPlace {
  /** That are spoken there; a client that offers none of them gets a socket all the same. */
  readonly subprotocols: readonly string[];
  /** Whether one that offers only others is closed. */
  readonly requiresSubprotocol: boolean;
  /** Looks at who opens one, before it opens. Throws, or rejects with, what is answered instead. */
  admit(caller: Caller | null): Awaitable<void>;
  /** Makes what takes the socket's messages. */
  receiver(request: HttpRequest, caller: Caller | null): SocketGuest;
}

/** What takes a socket's messages, told when it is open. */
export interface SocketGuest extends WebSocketReceiver {
  opened(socket: WebSocketConnection): void;
}
