import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { Store } from "../../src/store/store.ts";
import { blog, childEnvironment, idOf, temporaryFolder } from "./tables.ts";

const kills = 21;
const writer = fileURLToPath(new URL("kill-writer.ts", import.meta.url));

/** What a process said that it had written. */
interface Acknowledged {
  readonly inserted: Set<number>;
  readonly updated: Set<number>;
  /** First of two rows that one transaction wrote. */
  readonly pairs: Set<number>;
}

test(`a process killed ${kills} times under write load has lost nothing that it acknowledged`, async (context) => {
  const location = join(temporaryFolder(context), "killed.sqlite");
  const all: Acknowledged = { inserted: new Set(), updated: new Set(), pairs: new Set() };
  const children = Array.from({ length: kills }, () => null as ChildProcess | null);
  // One process is always being started while another one writes: starting is most of the time that this takes.
  const start = (round: number): ChildProcess | null => {
    if (round < kills) children[round] ??= startWriter(location, round);
    return children[round] ?? null;
  };
  context.after(() => {
    for (const child of children) child?.kill("SIGKILL");
  });
  for (let round = 0; round < kills; round++) {
    const child = start(round);
    start(round + 1);
    const before = all.inserted.size;
    if (child !== null) await writeUntilKilled(child, all);
    assert.ok(all.inserted.size > before, `round ${round}: nothing was written before the kill`);
    assertIntact(location);
    const store = openSqliteStore({ location, tables: blog, migrate: "auto" });
    try {
      await assertKept(store, all);
    } finally {
      await store.close();
    }
  }
  context.diagnostic(
    `${all.inserted.size} inserts, ${all.updated.size} updates, ${all.pairs.size} transactions`,
  );
});

/** Rounds have a million ids each. */
function startWriter(location: string, round: number): ChildProcess {
  return spawn(process.execPath, [writer, location, String(round * 1_000_000)], {
    stdio: ["pipe", "pipe", "inherit"],
    env: childEnvironment,
  });
}

async function writeUntilKilled(child: ChildProcess, all: Acknowledged): Promise<void> {
  const ended = once(child, "close");
  const written = Promise.withResolvers<void>();
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    if (text.includes("insert ")) written.resolve();
  });
  child.stdin?.end();
  await Promise.race([written.promise, ended]);
  await sleep(Math.random() * 90);
  child.kill("SIGKILL");
  const [, signal] = await ended;
  assert.equal(signal, "SIGKILL");
  // The last line may be cut off: it counts for nothing.
  for (const line of text.slice(0, text.lastIndexOf("\n")).split("\n")) note(line, all);
}

function note(line: string, { inserted, updated, pairs }: Acknowledged): void {
  const [word, number] = line.split(" ");
  if (word === "insert") inserted.add(Number(number));
  if (word === "update") updated.add(Number(number));
  if (word === "pair") pairs.add(Number(number));
}

function assertIntact(location: string): void {
  const database = new DatabaseSync(location);
  try {
    assert.deepEqual({ ...database.prepare("pragma integrity_check").get() }, { integrity_check: "ok" });
    assert.equal(database.prepare("pragma foreign_key_check").get(), undefined);
    // Both rows of a transaction are there or neither, whether it was acknowledged or not.
    const halves = "select name from users where name like 'pair %' group by name having count(*) <> 2";
    assert.deepEqual(database.prepare(halves).all(), []);
    assertLogged(database);
  } finally {
    database.close();
  }
}

/** The log and the rows agree: each row's last change is what the row is, and no change is of a row that is not there. */
function assertLogged(database: DatabaseSync): void {
  const gaps = database.prepare(
    "select max(position) - min(position) + 1 - count(*) as gaps, min(position) as first from fourfold_changes",
  );
  assert.deepEqual({ ...gaps.get() }, { gaps: 0, first: 1 });
  const others = database.prepare(`
    with last as (select row_id, version, after, max(position) from fourfold_changes where "table" = 'users' group by row_id)
    select coalesce(users.id, last.row_id) as id from users full join last on last.row_id = users.id
    where users._version is not last.version or users.name is not last.after ->> 'name'`);
  assert.deepEqual(others.all(), []);
}

async function assertKept(store: Store, { inserted, updated, pairs }: Acknowledged): Promise<void> {
  for (const index of inserted) {
    const row = await store.table("users").get(idOf(index), null);
    assert.ok(row !== null, `insert ${index} was acknowledged and is gone`);
    if (updated.has(index))
      assert.equal(row["name"], "changed", `update ${index} was acknowledged and is gone`);
  }
  for (const index of pairs) {
    const rows = await store.table("users").getMany([idOf(index), idOf(index + 1)], null);
    assert.ok(!rows.includes(null), `transaction ${index} was acknowledged and is gone`);
  }
}
