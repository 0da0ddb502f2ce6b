/** Adds a member by any name that a caller may choose. */
export function addMember<Value>(object: Record<string, Value>, name: string, value: Value): void {
  // To assign it would change what the object inherits.
  if (name === "__proto__")
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}
