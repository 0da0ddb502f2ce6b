/** What a server made of one request: all it told its handler. Octets beyond ASCII are latin1. */
export interface Understood {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** `[name, value, ...]`, names in lower case, in the order in which they came. */
  readonly fields: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[];
}

/** The field of an answer that carries it: also an answer to HEAD has fields. */
export const UNDERSTOOD = "x-understood";

export function encodeUnderstood(understood: Understood): string {
  return Buffer.from(JSON.stringify(understood)).toString("base64url");
}

export function decodeUnderstood(text: string): Understood {
  return JSON.parse(Buffer.from(text, "base64url").toString());
}

/** Names in lower case, as they are the same in any case (RFC 9110 §5.1). */
export function withLowerCaseNames(fields: readonly string[]): string[] {
  return fields.map((text, index) => (index % 2 === 0 ? text.toLowerCase() : text));
}
