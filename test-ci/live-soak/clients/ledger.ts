import type { ToldChange } from "./line.ts";

/** What one client has been told of rows whose count goes up by one with each change: nothing may be missing, and nothing come twice. */
export class Ledger {
  /** Where to go on; null before a snapshot is whole. */
  position: string | null = null;
  /** Changes that were told, but for those of snapshots. */
  changes = 0;
  readonly #counts: Map<string, number> = new Map();
  /** Rows of the snapshot whose state may be told once more. */
  readonly #fresh: Set<string> = new Set();

  get rows(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Begins anew, with a snapshot. */
  forget(): void {
    this.position = null;
    this.#counts.clear();
    this.#fresh.clear();
  }

  /** Takes a change; what is wrong with it, or null. */
  take({ type, id, row, position }: ToldChange): string | null {
    const wrong = this.#takePosition(type, position ?? null);
    if (wrong !== null || type === "synced") return wrong;
    if (typeof id !== "string") return `${type} without an id`;
    if (type === "deleted") {
      this.changes += 1;
      this.#fresh.delete(id);
      return this.#counts.delete(id) ? null : `${id} was deleted, and is not known`;
    }
    if (typeof row?.count !== "number") return `${type} without a row`;
    if (type === "snapshot") return this.#takeRow(id, row.count);
    return this.#takeChange(type, id, row.count);
  }

  #takeRow(id: string, count: number): string | null {
    if (this.position !== null) return `a snapshot's row after ${this.position}`;
    if (this.#counts.has(id)) return `${id} stands twice in the snapshot`;
    this.#counts.set(id, count);
    this.#fresh.add(id);
    return null;
  }

  #takeChange(type: string, id: string, count: number): string | null {
    this.changes += 1;
    const known = this.#counts.get(id);
    const isAgain = this.#fresh.delete(id) && known === count;
    this.#counts.set(id, count);
    if (isAgain) return null;
    if (type === "created") return known === undefined ? null : `${id} was created, and is known`;
    if (known === undefined) return `${id} was ${type} to ${count}, and is not known`;
    return count === known + 1 ? null : `${id} went from ${known} to ${count}`;
  }

  /** Positions grow. */
  #takePosition(type: string, position: string | null): string | null {
    if (position === null) return null;
    const before = this.position;
    this.position = position;
    if (before === null) return null;
    const [from, to] = [numberOf(before), numberOf(position)];
    return to > from || (to === from && type === "synced") ? null : `${position} after ${before}`;
  }
}

/** Clients need not know it: they hand positions back as they got them. */
function numberOf(position: string): number {
  return Number.parseInt(position.split(".")[0] ?? "", 36);
}
