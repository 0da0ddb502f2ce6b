import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { HeadBlock } from "../../src/net/head-block.ts";
import { type Listener, listen } from "../../src/net/index.ts";
import type { Protocol } from "../../src/protocols/http/protocol.ts";
import { DeferredProtocol } from "../../src/server/deferred-protocol.ts";

const ok = new HeadBlock(200, []);
const failed = new HeadBlock(500, []);

/** A protocol that takes everything, and what it was told. */
class Served implements Protocol {
  readonly told: string[] = [];

  takes(): boolean {
    return true;
  }

  serve(...[exchange]: Parameters<Protocol["serve"]>): void {
    this.told.push(exchange.request.path);
    exchange.respond(ok, null, "served");
  }

  drain(othersGoOn: boolean): void {
    this.told.push(`drain ${othersGoOn}`);
  }
}

async function served(context: TestContext, protocol: Protocol): Promise<(path: string) => Promise<number>> {
  const listener: Listener = await listen({
    addresses: [{ host: "127.0.0.1", port: 0 }],
    handler: (exchange) => protocol.serve(exchange),
  });
  context.after(() => listener.close());
  const [address] = listener.addresses;
  const port = address !== undefined && "port" in address ? address.port : 0;
  return async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
}

test("nothing is loaded before the first request; requests that come meanwhile wait for the one loading", async (context) => {
  const inner = new Served();
  const gate = Promise.withResolvers<Protocol>();
  let loads = 0;
  const load = (): Promise<Protocol> => {
    loads += 1;
    return gate.promise;
  };
  const deferred = new DeferredProtocol({ takes: () => true, load }, () => assert.fail("it was refused"));
  const get = await served(context, deferred);
  assert.equal(loads, 0);
  const answers = Promise.all([get("/a"), get("/b")]);
  await new Promise((resolve) => setImmediate(resolve));
  gate.resolve(inner);
  assert.deepEqual(await answers, [200, 200]);
  assert.equal(await get("/c"), 200);
  assert.equal(loads, 1);
  assert.deepEqual([...inner.told].sort(), ["/a", "/b", "/c"]);
  deferred.drain(true);
  assert.equal(inner.told.at(-1), "drain true");
});

test("what was told before it was loaded is told then", async (context) => {
  const inner = new Served();
  const deferred = new DeferredProtocol({ takes: () => true, load: async () => inner }, () => assert.fail());
  const get = await served(context, deferred);
  deferred.drain(false);
  assert.equal(await get("/a"), 200);
  assert.deepEqual(inner.told, ["drain false", "/a"]);
});

test("what cannot be loaded is refused, and tried again at the next request", async (context) => {
  const inner = new Served();
  let loads = 0;
  const load = async (): Promise<Protocol> => {
    loads += 1;
    if (loads === 1) throw new Error("too many open files");
    return inner;
  };
  const refused: unknown[] = [];
  const deferred = new DeferredProtocol({ takes: () => true, load }, (exchange, thrown) => {
    refused.push(thrown);
    exchange.respond(failed, null, null);
  });
  const get = await served(context, deferred);
  assert.equal(await get("/a"), 500);
  assert.match(String(refused[0]), /too many open files/);
  assert.equal(await get("/b"), 200);
  assert.deepEqual(inner.told, ["/b"]);
});
