import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { blog, idOf, unguarded, user } from "./tables.ts";

// A process of test/store/processes.test.ts: opens the store, and counts one row up beside the others.
const [location = "", number = "0"] = process.argv.slice(2);
const store = openSqliteStore({ location, tables: blog, migrate: "auto" });
const first = Number(number) * 1000;
for (let index = 0; index < 25; index++) {
  await Promise.all([
    store.table("users").insert([user(first + index)]),
    store.transaction(async (inner) => {
      const table = inner.table("users");
      const row = await table.get(idOf(999_999), null);
      if (row === null) await table.insert([user(999_999, { name: "1" })]);
      else await table.update(idOf(999_999), { name: String(Number(row["name"]) + 1) }, unguarded);
    }),
  ]);
}
await store.close();
