import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { api } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { lobby as blogLobby } from "../../examples/blog/api.ts";
import { Network } from "../../test/client/network.ts";
import { lobby, Order, room, shop, tokens } from "../../test/client/shop.ts";
import { openPage, type Page } from "../wire/chromium.ts";
import { temporaryFolder, without } from "../wire/workspace.ts";

const root = join(import.meta.dirname, "../..");

describe("the client in Chromium", { skip: without("chromium") }, () => {
  const folder = temporaryFolder();
  const site = join(folder, "site");
  const database = `sqlite:${join(folder, "shop.sqlite")}`;
  const served = api("shop", {
    ...shop.options,
    channels: [lobby, room, blogLobby],
    pages: { "/": pathToFileURL(`${site}/`) },
  });
  let server: TestServer;
  let network: Network;
  let page: Page;

  before(async () => {
    mkdirSync(site);
    buildSync({
      absWorkingDir: root,
      entryPoints: ["src/client/index.ts"],
      outfile: join(site, "client.js"),
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
    });
    writeFileSync(
      join(site, "page.js"),
      'import * as fourfold from "./client.js";\nObject.assign(globalThis, { fourfold });\n',
    );
    writeFileSync(
      join(site, "index.html"),
      '<!doctype html><title>Test</title><script type="module" src="page.js"></script>',
    );
    tokens.set("ada/1+2=", { id: "ada" });
    server = await startTest(served, { database });
    network = await Network.to(server.port);
    page = await openPage(folder, `${network.origin}/`);
    await run("while (globalThis.fourfold === undefined) await new Promise((go) => setTimeout(go, 20));");
  });
  after(async () => {
    await page?.close();
    await network?.close();
    await server?.close();
  });

  /** Runs statements in the page, and gives back what they return. */
  const run = (statements: string): Promise<unknown> =>
    page.evaluate(`(async () => {
      const until = async (holds) => {
        for (let tries = 0; !holds(); tries++) {
          if (tries > 500) throw new Error("not so: " + holds);
          await new Promise((go) => setTimeout(go, 20));
        }
      };
      ${statements}
    })()`);

  test("calls, with what the server says of them", async () => {
    const told = await run(`
      const orders = fourfold.remote.resource("orders");
      const client = fourfold.createClient();
      const made = await client.call(orders.create, { title: "in a browser", total: 5n, stamp: Uint8Array.of(255) });
      const read = await client.call(orders.get, { id: made.id });
      const thrown = await client.call(orders.get, { id: "none" }).catch((reason) => reason);
      client.close();
      return [read.total, read.stamp, fourfold.versionOf(read), thrown instanceof fourfold.ClientError, thrown.code];
    `);
    assert.deepEqual(told, ["5", "/w==", 1, true, "ORDER_NOT_FOUND"]);
  });

  test("a watch goes on over a network that fails and a server that is started again", async () => {
    await run(`
      const orders = fourfold.remote.resource("orders");
      globalThis.client = fourfold.createClient({ backOffMs: 50, backOffMaxMs: 200 });
      globalThis.events = [];
      client.watch(orders, { filter: "number > 0" }).listen((event) => events.push(event));
      await until(() => events.some(({ type }) => type === "synced"));
    `);
    const write = async (first: number, last: number): Promise<void> => {
      for (let number = first; number <= last; number++)
        await server.call(Order.create, { title: "watched", number });
    };
    await write(1, 10);
    network.cut();
    await write(11, 20);
    const { port } = server;
    await server.close();
    server = await startTest(served, { database, listen: [`127.0.0.1:${port}`] });
    await write(21, 30);
    const numbers = await run(`
      const created = () => events.filter(({ type }) => type === "created").map(({ row }) => row.number);
      await until(() => created().includes(30));
      return created();
    `);
    assert.deepEqual(
      numbers,
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
    assert.equal(await run(`return events.some(({ type }) => type === "reset");`), false);
  });

  test("a page that is online again, or shown again, does not wait for its turn", async () => {
    await run(`
      globalThis.waiting = fourfold.createClient({ backOffMs: 600_000, backOffMaxMs: 600_000 });
      await waiting.open();
    `);
    for (const event of ["online", "pageshow", "visibilitychange"]) {
      network.cut();
      const states = await run(`
        await until(() => waiting.state === "away");
        const states = [];
        const stop = waiting.listen(({ state }) => states.push(state));
        (${JSON.stringify(event)} === "visibilitychange" ? document : globalThis)
          .dispatchEvent(new Event(${JSON.stringify(event)}, { bubbles: true }));
        await until(() => waiting.state === "open");
        stop();
        return states;
      `);
      assert.deepEqual(states, ["open"], event);
    }
  });

  test("a token goes along, and one that is refused is told", async () => {
    const told = await run(`
      const who = fourfold.remote.query("who");
      const room = fourfold.remote.channel("/rooms/{id}");
      const ada = fourfold.createClient({ token: () => "ada/1+2=" });
      const chat = ada.channel(room, { id: "1" });
      chat.send({ text: "hello", at: new Date(0) });
      let message;
      for await (const event of chat) if (event.type === "message") { message = event.message; break; }
      const wrong = fourfold.createClient({ token: () => "wrong" });
      const thrown = await wrong.call(who).catch((reason) => reason);
      const known = await ada.call(who);
      ada.close();
      return [known, message, thrown.code, thrown.kind, wrong.state];
    `);
    const message = { from: "ada", text: "hello", at: "1970-01-01T00:00:00.000Z" };
    assert.deepEqual(told, ["ada", message, "UNAUTHENTICATED", "unauthenticated", "closed"]);
  });

  test("a connection that is half open is noticed", async () => {
    await run(`
      globalThis.half = fourfold.createClient({ heartbeatMs: 100, answerMs: 300, backOffMs: 50, whileAway: "queue" });
      await half.open();
    `);
    network.stall();
    await run(`
      globalThis.answer = half.call(fourfold.remote.query("who"));
      await until(() => half.state === "away");
    `);
    network.flow();
    assert.equal(await run("return await answer;"), null);
  });

  test("a page that speaks WebSocket itself keeps speaking with the lobby", async () => {
    const told = await run(`
      const open = (path) => {
        const told = [];
        const socket = new WebSocket(location.origin.replace("http", "ws") + path);
        socket.onopen = () => told.push("open");
        socket.onmessage = ({ data }) => told.push(data);
        socket.onerror = () => told.push("error");
        socket.onclose = ({ code, wasClean }) => told.push([code, wasClean]);
        return { socket, told };
      };
      const one = open("/ws");
      const two = open("/ws");
      await until(() => one.told.length === 1 && two.told.length === 1);
      one.socket.send("hello");
      await until(() => one.told.length === 2 && two.told.length === 2);
      one.socket.close(1000, "done");
      two.socket.close();
      await until(() => one.told.length === 3 && two.told.length === 3);
      const none = open("/nowhere");
      await until(() => none.told.length === 2);
      return [one.told, two.told, none.told, one.socket.protocol];
    `);
    assert.deepEqual(told, [
      ["open", "Message: hello", [1000, true]],
      ["open", "Message: hello", [1005, true]],
      ["error", [1006, false]],
      "",
    ]);
  });
});
