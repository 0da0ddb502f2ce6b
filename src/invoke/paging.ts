import { createHash } from "node:crypto";
import { frameworkError } from "../errors/codes.ts";
import { Violations } from "../plan/codec/violations.ts";
import type { ResourceView } from "../plan/resource-view.ts";
import type { OrderTerm } from "../schema/condition.ts";
import type { RowValues } from "../schema/table.ts";

/**
 * Page tokens: opaque, and stable under inserts, since they name the row after which the next page begins and not a
 * count. A token is for one filter and order (AIP-158): for another it is refused.
 */
export class PageTokens {
  readonly #view: ResourceView;

  constructor(view: ResourceView) {
    this.#view = view;
  }

  encode(last: RowValues, order: readonly OrderTerm[], filter: string): string {
    const values = order.map(({ key }) => this.#toText(last[key]));
    return Buffer.from(JSON.stringify([this.#fingerprint(order, filter), last["id"], ...values])).toString(
      "base64url",
    );
  }

  decode(token: string, order: readonly OrderTerm[], filter: string): RowValues {
    const parts = parseToken(token);
    const [fingerprint, id, ...values] = parts;
    if (
      fingerprint !== this.#fingerprint(order, filter) ||
      typeof id !== "string" ||
      values.length !== order.length
    )
      throw invalid();
    const row: Record<string, unknown> = { id };
    for (const [index, { key }] of order.entries()) row[key] = this.#fromText(key, values[index]);
    return row;
  }

  #fingerprint(order: readonly OrderTerm[], filter: string): string {
    const text = JSON.stringify([this.#view.resource.name, filter, order]);
    return createHash("sha256").update(text).digest("base64url").slice(0, 8);
  }

  #toText(value: unknown): unknown {
    if (value === null || value === undefined) return null;
    if (value instanceof Date) return value.toISOString();
    return typeof value === "bigint" ? value.toString() : value;
  }

  #fromText(key: string, value: unknown): unknown {
    if (value === null) return null;
    const member = this.#view.members.find((each) => each.key === key);
    const violations = new Violations();
    const read = member?.codec.fromJson(value, "pageToken", violations);
    // Rules may have become stricter since the row was written: only a value of another type makes a token invalid.
    const isOther = violations.list.some(({ rule }) => otherType.has(rule));
    if (member === undefined || isOther || !isComparable(read)) throw invalid();
    return read;
  }
}

/** Rules that a value of the field's own type never breaks, whatever else they ask for. */
const otherType: ReadonlySet<string> = new Set(["type", "format"]);

/** Whether rows can be compared with a value: whoever makes a token up may put anything into it. */
function isComparable(value: unknown): boolean {
  return typeof value !== "object" || value instanceof Date;
}

function parseToken(token: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    throw invalid();
  }
}

function invalid(): Error {
  return frameworkError("INVALID_PAGE_TOKEN", undefined, {
    violations: [
      {
        path: "pageToken",
        rule: "pageToken",
        message: "is not of this list, filter and order",
        mend: "Start again without a page token, or repeat the request that gave it",
      },
    ],
  });
}
