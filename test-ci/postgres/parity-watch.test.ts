import { test } from "node:test";
import { testDatabases } from "../../src/testing/databases.ts";
import { notTested, serverForTests } from "./open-store.ts";
import { PassingDatabases } from "./passing-databases.ts";

// Watches, unchanged, over every protocol: each call shows what it shows on SQLite.
if (notTested === false) {
  const databases = new PassingDatabases(await serverForTests({ synchronous_commit: "off" }));
  testDatabases((api) => databases.next(api));
  await import("../../test/wire/watch-parity.test.ts");
  await import("../../test/wire/watch.test.ts");
} else {
  test("parity on PostgreSQL", { skip: notTested }, () => {});
}
