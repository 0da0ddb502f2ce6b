import { test } from "node:test";
import { notTested, testOnPostgres } from "./open-store.ts";

// The tests of the store on SQLite, on PostgreSQL: what an application sees is the same.
if (notTested === false) {
  await testOnPostgres();
  await import("../../test/store/values.test.ts");
  await import("../../test/store/violations.test.ts");
  await import("../../test/store/list.test.ts");
  await import("../../test/store/list-each.test.ts");
  await import("../../test/store/joined.test.ts");
  await import("../../test/store/transactions.test.ts");
  await import("../../test/store/log.test.ts");
} else {
  test("the store on PostgreSQL", { skip: notTested }, () => {});
}
