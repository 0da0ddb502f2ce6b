import type { JsonValue } from "../../../../base/json.ts";

/** Adds a member by any name that a caller may choose. */
export function addMember(object: Record<string, JsonValue>, name: string, value: JsonValue): void {
  // To assign it would change what the object inherits.
  if (name === "__proto__")
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}
