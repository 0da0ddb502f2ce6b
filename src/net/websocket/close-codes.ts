/** Why a WebSocket ends (RFC 6455 §7.4.1, and the IANA registry for 1012 to 1014). */
export const closeCodes = {
  normal: 1000,
  /** The server stops, or the page is left. */
  goingAway: 1001,
  protocolError: 1002,
  /** A sort of message that the application does not take. */
  unsupported: 1003,
  /** Never sent: the close frame had no code. */
  none: 1005,
  /** Never sent: the connection was lost without a close frame. */
  lost: 1006,
  /** Text that is not UTF-8, or compressed bytes that do not inflate. */
  invalidData: 1007,
  policy: 1008,
  tooBig: 1009,
  internal: 1011,
  restart: 1012,
  tryLater: 1013,
} as const;

/** May it stand in a close frame? 1004 to 1006 and 1015 are never sent; 3000 and up belong to libraries and applications. */
export function isSendable(code: number): boolean {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}
