import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { WebSocket } from "undici";
import type { Listener } from "../../src/net/index.ts";

const root = join(import.meta.dirname, "../..");
let folder = "";
let listener: Listener;
let port = 0;

before(async () => {
  // Within the repository, so that "fourfold/net" is found as an application finds it.
  await mkdir(join(root, "tmp"), { recursive: true });
  folder = await mkdtemp(join(root, "tmp", "net-"));
  const guide = await readFile(join(root, "docs/net.md"), "utf8");
  const example = /```ts\n([\s\S]*?)```/.exec(guide)?.[1];
  assert.ok(example, "the guide has an example");
  await writeFile(join(folder, "echo.ts"), example);
  listener = (await import(join(folder, "echo.ts"))).default;
  const [address] = listener.addresses;
  assert.ok(address !== undefined && "port" in address);
  port = address.port;
});

after(async () => {
  await listener.close();
  await rm(folder, { recursive: true, force: true });
});

test("the guide's example answers, in one piece and in parts", async () => {
  const whole = await fetch(`http://127.0.0.1:${port}/somewhere`);
  assert.equal(whole.headers.get("x-method"), "GET");
  assert.equal(await whole.text(), "Hello from /somewhere\n");
  const trailers = await new Promise<unknown>((resolve, reject) => {
    request({ port, host: "127.0.0.1", path: "/parts", headers: { te: "trailers" } }, (response) => {
      response.resume().on("end", () => resolve(response.trailers));
    })
      .on("error", reject)
      .end();
  });
  assert.deepEqual({ ...(trailers as object) }, { "x-parts": "2" });
});

test("the guide's example echoes over a WebSocket", async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  const echoed = new Promise((resolve, reject) => {
    socket.addEventListener("message", ({ data }) => resolve(data));
    socket.addEventListener("error", reject);
  });
  socket.addEventListener("open", () => socket.send("hello"));
  assert.equal(await echoed, "hello");
  socket.close();
});
