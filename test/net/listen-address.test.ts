import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { bind } from "../../src/net/listen-address.ts";

test("more connections may wait to be accepted than Node lets by itself", async (context) => {
  const server = createServer();
  context.after(() => server.close());
  const listen = context.mock.method(server, "listen");
  await bind(server, { host: "127.0.0.1", port: 0 });
  const [options] = listen.mock.calls[0]?.arguments ?? [];
  assert.deepEqual(options, { host: "127.0.0.1", port: 0, backlog: 4096 });
});
