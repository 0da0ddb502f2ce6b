/**
 * A field block cannot be decoded (RFC 7541). The two tables are out of step from here on, so that the connection must
 * end with COMPRESSION_ERROR (RFC 9113 §4.3). The message is for logs.
 */
export class HpackError extends Error {
  override readonly name = "HpackError";
}
