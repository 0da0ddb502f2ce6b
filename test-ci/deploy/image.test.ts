import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import {
  notTested as noPostgres,
  startPostgres,
  type TemporaryPostgres,
} from "../postgres/temporary-postgres.ts";
import { Container, Volume } from "./container.ts";
import { buildImage, type Image } from "./image.ts";
import { at, configuration, containerOf, deploy, manifest, words } from "./manifests.ts";
import { Endpoints, Load } from "./rolling-load.ts";
import { notTested } from "./sandbox.ts";

const noSqlite =
  spawnSync("sqlite3", ["--version"]).status === 0 ? false : "NOT TESTED: sqlite3 is not installed";
const noNats =
  spawnSync("nats-server", ["--version"]).status === 0 ? false : "NOT TESTED: nats-server is not installed";

// deploy/Dockerfile, carried out without a daemon: its stages are laid over this machine's system, which stands in for the base
// image, and its processes run with nothing but what it copies: read-only, without privileges, as process 1.

describe("the image", { skip: notTested }, () => {
  let image: Image;
  before(async () => {
    image = await buildImage(join(deploy, "Dockerfile"));
  });
  after(() => image.dispose());

  test("runs as its user on a read-only tree, from what was compiled when it was built, and stops at SIGTERM", async (context) => {
    const volume = new Volume(image);
    context.after(() => volume.dispose());
    const { container, origin } = await serving(
      context,
      image,
      { NODE_DEBUG_NATIVE: "COMPILE_CACHE" },
      volume,
    );
    assert.match(await (await fetch(`${origin}/users`)).text(), /Ada Lovelace/);

    const status = readFileSync(`/proc/${container.pid}/status`, "utf8");
    assert.match(status, /^Uid:\s+65532\s+65532\s/m);
    assert.match(status, /^CapEff:\s+0+$/m);
    assert.match(status, /^CapBnd:\s+0+$/m);
    assert.match(status, /^NoNewPrivs:\s+1$/m);
    assert.match(status, /^NSpid:\s+\d+\s+1$/m);
    const accepted = container.stderr.match(/code cache for .* was accepted/g)?.length ?? 0;
    const compiled = container.stderr.match(/code cache for .* was not initialized/g)?.length ?? 0;
    assert.ok(
      accepted > 50 && compiled <= 2,
      `${accepted} modules compiled before, ${compiled} at the start`,
    );

    const probe = image.health.map((word) => word.replace("http://127.0.0.1:8000", origin));
    assert.notDeepEqual(probe, image.health);
    assert.equal(await new Container(image, {}, probe).exited, 0);
    assert.equal(await new Container(image, {}, [...probe.slice(0, -1), `${origin}/nothing`]).exited, 1);
    container.kill(image.stopSignal === "SIGTERM" ? "SIGTERM" : "SIGKILL");
    assert.equal(await container.exited, 0);
    assert.equal(await new Container(image, {}, probe).exited, 1);

    const again = await serving(context, image, {}, volume);
    assert.match(await (await fetch(`${again.origin}/users`)).text(), /Ada Lovelace/);
    again.container.kill("SIGTERM");
    assert.equal(await again.container.exited, 0);
  });

  test("a copy that is made while it serves is restored, verified and served", {
    skip: noSqlite,
  }, async (context) => {
    const [volume, restored] = [new Volume(image), new Volume(image)];
    context.after(() => volume.dispose());
    context.after(() => restored.dispose());
    const { origin } = await serving(context, image, {}, volume);
    const made = await fetch(`${origin}/users`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"name":"Kept","email":"kept@example.com"}',
    });
    assert.equal(made.status, 201);
    const copy = join(restored.folder, "blog.sqlite");
    execFileSync("sqlite3", [join(volume.folder, "blog.sqlite"), `.backup ${copy}`]);
    restored.give("blog.sqlite");
    const verify = ["node", "dist/cli/main.js", "migrate", "verify", "examples/blog/api.ts"];
    const verified = new Container(image, {}, verify, restored);
    assert.equal(await verified.exited, 0, verified.stdout + verified.stderr);
    // By another user than the image's, nothing of what was compiled can be read; it starts all the same.
    restored.give("blog.sqlite", 12_345);
    const other = { ...image, user: "12345:12345" };
    const again = await serving(context, other, { MIGRATE: "never" }, restored);
    assert.match(await (await fetch(`${again.origin}${made.headers.get("location")}`)).text(), /"Kept"/);
  });

  test("says in one line that SQLite has no folder to write to", async () => {
    const container = new Container(image, { LISTEN: "127.0.0.1:0" });
    assert.equal(await container.exited, 1);
    assert.match(container.stderr, /^[^\n]+\n$/);
    assert.match(container.stderr, /\/data\/blog\.sqlite/);
  });

  describe("with the environment of the manifests, on PostgreSQL", { skip: noPostgres }, () => {
    let postgres: TemporaryPostgres;
    const job = manifest("kubernetes/migrate.yaml", "Job", "blog-migrate");
    // Of these two, a test has its own.
    const { NATS_URL: _, LISTEN: __, ...configured } = configuration();

    before(async () => {
      postgres = await startPostgres();
    });
    after(() => postgres.dispose());

    const environment = (url: string) => ({
      ...configured,
      DATABASE_URL: url,
      BLOG_EDITOR_TOKEN: "of the secret",
    });
    const migrate = async (url: string): Promise<string> => {
      const container = new Container(image, { DATABASE_URL: url }, words(at(containerOf(job), "command")));
      assert.equal(await container.exited, 0, container.stderr);
      return container.stdout;
    };

    test("nodes do not start before the job has made the tables; the job may run again", async (context) => {
      const url = await postgres.createDatabase();
      const early = new Container(image, { ...environment(url), LISTEN: "127.0.0.1:0" });
      assert.equal(await early.exited, 1);
      assert.match(early.stderr, /^[^\n]+\n$/);
      assert.match(await migrate(url), /Applied/);
      assert.match(await migrate(url), /nothing to apply/);
      const { origin } = await serving(context, image, environment(url));
      assert.equal((await fetch(`${origin}/users`)).status, 200);
    });

    test("nodes hear each other over NATS", { skip: noNats }, async (context) => {
      const url = await postgres.createDatabase();
      await migrate(url);
      const port = await freePort();
      const nats = spawn("nats-server", ["--addr", "127.0.0.1", "--port", String(port)], { stdio: "ignore" });
      context.after(() => nats.kill());
      const { container } = await serving(context, image, {
        ...environment(url),
        NATS_URL: `nats://127.0.0.1:${port}`,
      });
      for (let tries = 0; !container.stdout.includes('"bus_connected"'); tries++) {
        assert.ok(tries < 400, container.stdout);
        await pause(50);
      }
      assert.match(container.stdout, /"bus_connected".*"nats"|"nats".*"bus_connected"/);
    });

    test("a rolling update under load: every request is answered, those under way at SIGTERM too", async (context) => {
      const url = await postgres.createDatabase();
      await migrate(url);
      const endpoints = new Endpoints();
      context.after(() => endpoints.close());
      const start = () => serving(context, image, environment(url));
      let nodes = [await start(), await start()];
      for (const { origin } of nodes) endpoints.add(origin);
      const load = new Load(endpoints).begin(8);
      context.after(() => load.end());
      for (const old of nodes) {
        const fresh = await start();
        endpoints.add(fresh.origin);
        const slow = await endpoints.beginUpload(old.origin);
        endpoints.remove(old.origin);
        // What preStop waits for: until nobody sends requests there any more.
        await endpoints.whenIdle(old.origin);
        old.container.kill("SIGTERM");
        await stopsAccepting(old.origin);
        assert.equal(await slow.finish(), 201);
        const finished = Date.now();
        assert.equal(await old.container.exited, 0);
        context.diagnostic(`ended ${Date.now() - finished} ms after its last answer`);
        nodes = [...nodes, fresh];
      }
      await load.more(300);
      const { answered, failures } = await load.end();
      assert.deepEqual(failures, []);
      context.diagnostic(`${answered} requests over two replaced nodes`);
    });
  });
});

interface Serving {
  readonly container: Container;
  readonly origin: string;
}

/** Starts the image's own program, and waits until it is ready. */
async function serving(
  context: TestContext,
  image: Image,
  environment: Readonly<Record<string, string>>,
  volume: Volume | null = null,
): Promise<Serving> {
  const origin = `http://127.0.0.1:${await freePort()}`;
  const address = origin.slice("http://".length);
  const container = new Container(image, { ...environment, LISTEN: address }, image.entrypoint, volume);
  context.after(() => container.dispose());
  for (let tries = 0; tries < 600; tries++) {
    const status = await fetch(`${origin}/readyz`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return { container, origin };
    await pause(50);
  }
  throw new Error(`It has not become ready: ${container.stderr}\n${container.stdout}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return address !== null && typeof address === "object" ? address.port : 0;
}

async function stopsAccepting(origin: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (
      await fetch(`${origin}/livez`).then(
        () => false,
        () => true,
      )
    )
      return;
    await pause(20);
  }
  throw new Error(`${origin} still takes connections`);
}
