import { test } from "node:test";
import { testDatabases } from "../../src/testing/databases.ts";
import { notTested, serverForTests } from "./open-store.ts";
import { PassingDatabases } from "./passing-databases.ts";

// The zoo, unchanged, over every protocol: each call shows what it shows on SQLite. Each way of a call has a server of its own, so that it
// takes five minutes: only where ZOO_ON_POSTGRES is set. The blog's parity is tried always.
if (notTested === false && process.env["ZOO_ON_POSTGRES"] !== undefined) {
  const databases = new PassingDatabases(await serverForTests({ synchronous_commit: "off" }));
  testDatabases((api) => databases.next(api));
  await import("../../test/wire/zoo.test.ts");
} else {
  test("parity of the zoo on PostgreSQL", { skip: notTested || "five minutes: ZOO_ON_POSTGRES=1" }, () => {});
}
