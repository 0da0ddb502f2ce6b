import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { everyRow } from "../../src/schema/condition.ts";
import { rowVersion } from "../../src/schema/table.ts";
import type { ChangeLog } from "../../src/store/changes.ts";
import type { Store } from "../../src/store/store.ts";

/** The log of a store that has one. */
export function logOf(store: Store): ChangeLog {
  assert.ok(store.changes, "changes are logged");
  return store.changes;
}

/** Rows as the log tells of them: reads it as it grows, and finds whatever is lost, passed over or told twice. */
export class LogFollower {
  readonly #log: ChangeLog;
  /** Versions of rows by table and id. */
  readonly rows = new Map<string, number>();
  readonly kinds = { created: 0, updated: 0, deleted: 0 };
  position = 0;

  constructor(log: ChangeLog) {
    this.#log = log;
  }

  /** Reads whatever there is now; answers whether that was anything. */
  async read(): Promise<boolean> {
    const { changes, upTo, isCut } = await this.#log.read(this.position, 100);
    assert.equal(isCut, false);
    for (const change of changes) {
      this.position += 1;
      assert.equal(change.position, this.position, "positions are in order, and none is left out");
      const key = `${change.table} ${change.id}`;
      const version = this.rows.get(key);
      assert.equal(
        change.before?.row[rowVersion],
        version,
        `${key} was ${change.kind} at ${change.position}`,
      );
      if (change.after === null) this.rows.delete(key);
      else this.rows.set(key, change.after.row[rowVersion] ?? 0);
      assert.equal(change.after?.row[rowVersion], change.kind === "deleted" ? undefined : (version ?? 0) + 1);
      this.kinds[change.kind] += 1;
    }
    assert.equal(upTo, this.position);
    return changes.length > 0;
  }

  /** Reads until `isOver`, and then to the end. */
  async follow(isOver: () => boolean): Promise<void> {
    for (let last = false; ; ) {
      last = isOver();
      while (await this.read());
      if (last) return;
      await turn();
    }
  }
}

/** The rows that there are, with their versions, as {@link LogFollower} has them. */
export async function rowsOf(store: Store, tables: readonly string[]): Promise<Map<string, number>> {
  const rows = new Map<string, number>();
  for (const table of tables) {
    const found = await store.table(table).list({ where: everyRow, order: [], limit: 100_000, after: null });
    for (const row of found) rows.set(`${table} ${row["id"]}`, row[rowVersion] ?? 0);
  }
  return rows;
}

/** In the order of their keys. */
export function sortedRows(rows: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
}
