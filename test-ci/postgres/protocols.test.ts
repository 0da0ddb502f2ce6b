import { test } from "node:test";
import { testDatabases } from "../../src/testing/databases.ts";
import { notTested, serverForTests } from "./open-store.ts";
import { PassingDatabases } from "./passing-databases.ts";

// What is held of every protocol on SQLite, on PostgreSQL: the same applications, unchanged.
if (notTested === false) {
  const databases = new PassingDatabases(await serverForTests({ synchronous_commit: "off" }));
  testDatabases((api) => databases.next(api));
  await import("../../test/invoke/rules.test.ts");
  await import("../../test/invoke/related.test.ts");
  await import("../../test/invoke/cache.test.ts");
  await import("../../test/invoke/subscriptions.test.ts");
  await import("../../test/invoke/watch/watch.test.ts");
  await import("../../test/protocols/rest/http.test.ts");
  await import("../../test/protocols/rest/conditional.test.ts");
  await import("../../test/protocols/rest/lists.test.ts");
  await import("../../test/protocols/rest/idempotency.test.ts");
  await import("../../test/protocols/rest/errors.test.ts");
  await import("../../test/protocols/rest/versions.test.ts");
  await import("../../test/protocols/graphql/http/http.test.ts");
  await import("../../test/protocols/graphql/http/cached.test.ts");
  await import("../../test/protocols/graphql/websocket/transport.test.ts");
  await import("../../test/protocols/grpc/binding/user.test.ts");
  await import("../../test/protocols/websocket/rpc.test.ts");
  await import("../../test/protocols/websocket/rooms.test.ts");
} else {
  test("protocols on PostgreSQL", { skip: notTested }, () => {});
}
