/**
 * The bytes of a connection (HTTP/1.1) or of a stream (HTTP/2) after the change to another protocol: what a WebSocket
 * stands on, whichever HTTP version it came by. Given by `Exchange.tunnel`.
 */
export interface Tunnel {
  /**
   * Sends bytes. They are not copied and must not be changed afterwards; what is written in one tick leaves in one write of
   * the socket.
   */
  write(bytes: Uint8Array): void;
  /** The same for bytes that stand in a string, one a character (ISO 8859-1): what is short is cheaper to send so. */
  writeLatin1(text: string): void;
  /** Bytes written that the peer's side has not taken yet. */
  readonly bufferedBytes: number;
  /** Stops reading, so that the peer must wait, or goes on. */
  hold(isHeld: boolean): void;
  /** Ends this side after what is written has left. */
  end(): void;
  /** Cuts it off at once. */
  destroy(): void;
}

/** What a tunnel tells the protocol in it. */
export interface TunnelReceiver {
  /** Bytes have come. They may be written into, and are the receiver's for the length of the call only. */
  received(bytes: Uint8Array): void;
  /** After `bufferedBytes` was at the listener's `outputBytes` or more: the peer has taken it all. */
  drained(): void;
  /** The peer will send nothing more. */
  ended(): void;
  /** The tunnel is gone. Nothing is called after it. */
  closed(): void;
  /** Called at each tick of the listener's clock, for time limits. */
  sweep(tick: number): void;
  /** The server stops: say goodbye and end soon. */
  drain(): void;
}
