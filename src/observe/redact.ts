import { errorFields } from "./error-fields.ts";
import type { LogFields } from "./log.ts";

/** Makes fields fit for the log: values under sensitive names replaced, errors taken apart, size and depth bounded. */
export interface Redactor {
  fields(fields: LogFields): Record<string, unknown>;
}

/** Sensitive wherever they stand, whatever the application's definition says. */
const alwaysSensitive = [
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "password",
  "passphrase",
  "token",
  "access-token",
  "refresh-token",
  "id-token",
  "secret",
  "client-secret",
  "api-key",
  "x-api-key",
  "private-key",
  "credentials",
];

export const redacted = "[redacted]";
const deepest = 8;
/** Values of one line at most: logging must stay cheap, and end where values contain themselves. */
const mostValues = 1_000;
/** Names come from data too (keys of JSON objects), so what is remembered of them is bounded. */
const mostNames = 10_000;

/**
 * A redactor for these names beside those that always are. Names are compared by their letters and digits alone, so
 * `apiKey`, `api_key` and `API-Key` are one.
 */
export function createRedactor(sensitive: Iterable<string> = []): Redactor {
  return new NameRedactor([...alwaysSensitive, ...sensitive]);
}

class NameRedactor implements Redactor {
  readonly #sensitive: ReadonlySet<string>;
  /** Answers by name as written. */
  readonly #known: Map<string, boolean>;
  /** Values that the line may still take. */
  #room: number;

  constructor(names: readonly string[]) {
    this.#sensitive = new Set(names.map(bare));
    this.#known = new Map();
    this.#room = 0;
  }

  fields(fields: LogFields): Record<string, unknown> {
    this.#room = mostValues;
    try {
      return this.#members(fields, 0);
    } catch {
      // A getter or a `toJSON` of someone's threw: logging must never fail the caller.
      return { unreadable: Object.keys(fields) };
    }
  }

  #members(value: object, depth: number): Record<string, unknown> {
    const members: [string, unknown][] = [];
    for (const [name, member] of Object.entries(value)) {
      this.#room--;
      members.push([name, this.#isSensitive(name) ? redacted : this.#value(member, depth + 1)]);
    }
    // Unlike an assignment, it takes "__proto__" for a name like any other.
    return Object.fromEntries(members);
  }

  #value(value: unknown, depth: number): unknown {
    if (typeof value === "bigint") return value.toString();
    if (typeof value !== "object" || value === null) return value;
    if (depth > deepest || this.#room <= 0) return "[more]";
    if (value instanceof Error) return this.#members(errorFields(value), depth);
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value)) return this.#list(value, depth);
    if (value instanceof Map) return this.#members(Object.fromEntries(value), depth);
    if (value instanceof Set) return this.#list([...value], depth);
    if ("toJSON" in value && typeof value.toJSON === "function")
      return this.#value(value.toJSON(), depth + 1);
    return this.#members(value, depth);
  }

  #list(list: readonly unknown[], depth: number): readonly unknown[] {
    const shown = list.slice(0, Math.max(this.#room, 0));
    this.#room -= shown.length;
    const values = shown.map((item) => this.#value(item, depth + 1));
    if (list.length > shown.length) values.push(`[${list.length - shown.length} more]`);
    return values;
  }

  #isSensitive(name: string): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const answer = this.#sensitive.has(bare(name));
    if (this.#known.size < mostNames) this.#known.set(name, answer);
    return answer;
  }
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
