/** Any value that JSON (RFC 8259) can state. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object: names to values. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}
