import type { ConnectionInfo } from "../exchange.ts";
import type { PreparedMessage } from "./prepared-message.ts";

/** The server's end of a WebSocket. Given by `acceptWebSocket`. */
export interface WebSocketConnection {
  /** Who is at the other end. */
  readonly peer: ConnectionInfo;
  /** The subprotocol that was chosen; null for none. */
  readonly subprotocol: string | null;
  /** Messages can be sent; false from the first close frame on, whoever sent it. */
  readonly isOpen: boolean;
  /** Bytes that were sent and have not left yet. */
  readonly bufferedAmount: number;
  /**
   * Sends a message: text as a string, binary as bytes, which must not be changed afterwards. Once the connection is not open,
   * it is dropped. Where more than the limit `backlogBytes` waits for the peer already, the connection is closed with 1013.
   */
  send(message: string | Uint8Array | PreparedMessage): void;
  /** Sends a ping; a TypeError for more than 125 bytes. The answer is only of use as a sign of life. */
  ping(payload?: Uint8Array): void;
  /** Stops reading, so that the peer must wait, or goes on. While it is held, the peer may be silent. */
  hold(isHeld: boolean): void;
  /**
   * Begins the closing handshake. Code 1000 if absent; a RangeError for one that cannot be sent (RFC 6455 §7.4), and for a reason
   * of more than 123 bytes. Nothing is received any more, but for `closed`.
   */
  close(code?: number, reason?: string): void;
  /** Cuts the connection off. */
  terminate(): void;
}

/** What a WebSocket tells the application. One object may serve any number of connections. */
export interface WebSocketReceiver {
  /** A whole message: text as a string, binary as bytes, which are the receiver's from then on. */
  message(socket: WebSocketConnection, data: string | Uint8Array): void;
  /**
   * It is over; called once, and nothing after it. `code` is the peer's (1005 where it gave none), ours if the peer broke a rule or
   * a limit, and 1006 for a connection that was lost.
   */
  closed(socket: WebSocketConnection, code: number, reason: string): void;
  /**
   * The server stops. Whoever has this closes the socket, once what is under way over it is answered: the listener's drain has an end.
   * May be told twice. Without it, the socket is closed with 1001 at once.
   */
  drain?(socket: WebSocketConnection): void;
  /** After `bufferedAmount` was at the limit `outputBytes` or more: all has left. */
  drained?(socket: WebSocketConnection): void;
}
