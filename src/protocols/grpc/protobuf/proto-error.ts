/** Bytes that are no message of the expected type. The text says what is wrong and holds nothing of what was sent but names of members. */
export class ProtoError extends Error {
  override readonly name = "ProtoError";
}
