import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { writeMuch } from "./log-writers.ts";
import { blog } from "./tables.ts";

// A process of test/store/log.test.ts: writes as several do, beside the others.
const [location = "", first = "0", writers = "1", rounds = "1"] = process.argv.slice(2);
const store = openSqliteStore({ location, tables: blog, migrate: "auto" });
await Promise.all(
  Array.from({ length: Number(writers) }, (_, index) =>
    writeMuch(store, Number(first) + index, Number(rounds)),
  ),
);
await store.close();
