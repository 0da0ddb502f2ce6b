import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Client } from "pg";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import type { Table } from "../../src/store/store.ts";
import { blog, idOf, user } from "../../test/store/tables.ts";
import { notTested, serverForTests, silent } from "./open-store.ts";

// A write that waits for a row which somebody else's transaction has: nobody else's statement waits with it.
const skip = notTested;
const server = skip === false ? await serverForTests({ synchronous_commit: "off" }) : null;
const guard = { visible: null, version: null };
const held = idOf(7);

/** A table of twenty users over two connections, and a transaction of another program that has one of them. */
async function opened(context: TestContext): Promise<{ readonly users: Table; readonly other: Client }> {
  assert.ok(server);
  const url = await server.createDatabase();
  const store = await openPostgresStore({
    url: `${url}?pool_max=2`,
    tables: blog,
    migrate: "auto",
    log: silent,
  });
  const other = new Client({ connectionString: url });
  await other.connect();
  context.after(async () => {
    await other.end();
    await store.close();
  });
  const users = store.table("users");
  await users.insert(Array.from({ length: 20 }, (_, index) => user(index)));
  // So that both are known to be quick: others would be sent behind them.
  for (let index = 0; index < 40; index++) {
    await users.update(idOf(index % 20), { name: `Name ${index}` }, guard);
    await users.delete(idOf(100 + index), guard);
  }
  await other.query(`begin; select from users where id = '${held}' for update`);
  return { users, other };
}

for (const [what, write] of [
  ["an update", (users: Table) => users.update(held, { name: "Held" }, guard)],
  ["a deletion", (users: Table) => users.delete(held, guard)],
] as const)
  test(`${what} that waits for somebody's transaction holds up nobody else`, { skip }, async (context) => {
    const { users, other } = await opened(context);
    let isDone = false;
    const waits = Promise.resolve(write(users)).then(() => {
      isDone = true;
    });
    const others = Array.from({ length: 20 }, (_, index) => idOf(index)).filter((id) => id !== held);
    const changed = await Promise.all(others.map((id) => users.update(id, { name: "Free" }, guard)));
    assert.ok(changed.every((row) => row?.["name"] === "Free"));
    const read = await Promise.all([...others, held].map((id) => users.get(id, null)));
    assert.ok(read.every((row) => row !== null));
    assert.equal(isDone, false);
    await other.query("commit");
    await waits;
    assert.equal(isDone, true);
  });
