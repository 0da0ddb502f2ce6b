import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { Names } from "./codec/codec.ts";
import type { Member } from "./codec/member.ts";
import { objectExpression } from "./codec/object-writer.ts";
import { compileObjectWriter } from "./codec/write-object.ts";

/** Writes a row as JSON text. */
export type WriteRow = (row: unknown) => string;

/** Writers of chosen members are kept for this many choices a resource; callers choose, so there must be a bound. */
const keptSelections = 64;

/** Writes rows of one resource as one version of the contract has them. */
export class RowWriter {
  readonly write: WriteRow;
  /** Changes with the contract, so that an ETag made of it and of a row's version tells representations apart. */
  readonly fingerprint: string;
  readonly #members: readonly Member[];
  readonly #selections = new LRUCache<string, WriteRow>({ max: keptSelections });

  constructor(members: readonly Member[], version: string) {
    this.#members = members;
    this.write = compileObjectWriter(members, "null");
    const body = `return ${objectExpression(members, "row", new Names(), "null")}`;
    this.fingerprint = createHash("sha256").update(`${version}\n${body}`).digest("base64url").slice(0, 6);
  }

  /** A writer of just the members of these keys, in the contract's order. */
  select(keys: ReadonlySet<string>): WriteRow {
    const chosen = this.#members.filter((member) => keys.has(member.key));
    const id = chosen.map((member) => member.key).join(",");
    const kept = this.#selections.get(id);
    if (kept !== undefined) return kept;
    const write = compileObjectWriter(chosen, "null");
    this.#selections.set(id, write);
    return write;
  }
}
