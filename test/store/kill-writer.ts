import { once } from "node:events";
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { blog, unguarded, user } from "./tables.ts";

// The process that test/store/kill.test.ts kills: writes without end, and prints each write once it is acknowledged. It waits
// for its input to end before it opens the database, so that it can be started while the one before it still writes.
const [location = "", start = "0"] = process.argv.slice(2);
// Those that come after this one start faster; a process that is killed would leave nothing for them.
flushCompileCache();
await once(process.stdin.resume(), "end");
const store = openSqliteStore({ location, tables: blog, migrate: "auto" });
const table = store.table("users");
let next = Number(start);

/** Standard output is a pipe, and this is synchronous: a line that was printed has left this process. */
function acknowledge(word: string, index: number): void {
  writeSync(1, `${word} ${index}\n`);
}

async function insertOne(): Promise<void> {
  const index = next++;
  const [row] = await table.insert([user(index)]);
  acknowledge("insert", index);
  await table.update(String(row?.["id"]), { name: "changed" }, unguarded);
  acknowledge("update", index);
}

async function transact(): Promise<void> {
  const [first, second] = [next++, next++];
  await store.transaction(async (inner) => {
    await inner.table("users").insert([user(first, { name: `pair ${first}` })]);
    await new Promise((resolve) => setImmediate(resolve));
    await inner.table("users").insert([user(second, { name: `pair ${first}` })]);
  });
  acknowledge("pair", first);
}

/** Two rows of one call. */
async function insertTwo(): Promise<void> {
  const [first, second] = [next++, next++];
  await table.insert([user(first, { name: `pair ${first}` }), user(second, { name: `pair ${first}` })]);
  acknowledge("pair", first);
}

async function writeForever(write: () => Promise<void>): Promise<never> {
  while (true) await write();
}

await Promise.all([
  ...Array.from({ length: 12 }, () => writeForever(insertOne)),
  writeForever(transact),
  writeForever(insertTwo),
]);
