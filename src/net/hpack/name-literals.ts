import { staticFields } from "./static-table.ts";
import { INTEGER_BYTES, writeString } from "./string-literal.ts";

/** Names that are kept encoded, beside those of the static table. A program has a few dozen. */
const KEPT_NAMES = 512;

/** First byte of a literal field that no table takes up (RFC 7541 §6.2.2). */
const NOT_INDEXED = 0x00;
/** The same where nobody on the way may put it into a table either (§6.2.3, §7.1.3). */
const NEVER_INDEXED = 0x10;

/** What a guess at a secret would be tried on, if a table held it (§7.1). All have an index. */
const sensitiveNames = new Set(["authorization", "cookie", "proxy-authorization", "set-cookie"]);

const literals = new Map<string, Uint8Array>();

staticFields.forEach(([name], position) => {
  if (literals.has(name)) return;
  const form = sensitiveNames.has(name) ? NEVER_INDEXED : NOT_INDEXED;
  const index = position + 1;
  literals.set(name, index < 0x0f ? Uint8Array.of(form | index) : Uint8Array.of(form | 0x0f, index - 0x0f));
});
const maximum = literals.size + KEPT_NAMES;

/** The beginning of a literal field with this name, up to its value. */
export function nameLiteral(name: string): Uint8Array {
  const literal = literals.get(name);
  if (literal !== undefined) return literal;
  const encoded = encodeName(name);
  if (literals.size < maximum) literals.set(name, encoded);
  return encoded;
}

function encodeName(name: string): Uint8Array {
  const target = new Uint8Array(1 + INTEGER_BYTES + name.length);
  target[0] = NOT_INDEXED;
  return target.slice(0, writeString(target, 1, name));
}
