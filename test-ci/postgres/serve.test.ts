import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { Client } from "pg";
import { api, resource, t } from "../../src/index.ts";
import { type Server, serve } from "../../src/server/index.ts";
import { startStandby } from "./standby.ts";
import { notTested, startPostgres, type TemporaryPostgres } from "./temporary-postgres.ts";
import { until } from "./until.ts";

const User = resource("User", {
  fields: { id: t.id(), name: t.string() },
  methods: ["list", "get", "create"],
});
const Place = resource("Place", {
  fields: { id: t.id(), name: t.string() },
  methods: ["list"],
  cache: { maxAge: "1m", visibility: "public" },
});
const Note = resource("Note", {
  fields: { id: t.id(), owner: t.ref("User"), text: t.string() },
  methods: ["list"],
});
const users = api("people", { resources: [User, Place, Note] });

const [firstId, secondId] = ["01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8058"];
const filter = (id: string): string => encodeURIComponent(`ownerId = "${id}"`);

describe("an API on PostgreSQL", { skip: notTested }, () => {
  let database: TemporaryPostgres;
  let server: Server;
  let origin = "";
  const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`${origin}${path}`, init);
  const create = (): Promise<Response> =>
    ask("/users", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "Ada" }),
    });
  const start = async (url: string, replicas?: readonly string[]): Promise<void> => {
    server = await serve(users, {
      listen: ["127.0.0.1:0"],
      logLevel: "silent",
      database: url,
      ...(replicas === undefined ? {} : { databaseReplicas: replicas }),
    });
    origin = server.origins[0] ?? "";
  };

  before(async () => {
    database = await startPostgres();
    await start(`${await database.createDatabase()}?pool_max=3&acquire_timeout=500ms`);
  });
  after(async () => {
    await server?.close("now");
    await database?.dispose();
  });

  test("metrics tell of the connections and of who waits for them", async () => {
    assert.equal((await create()).status, 201);
    const metrics = await (await ask("/metrics")).text();
    assert.match(metrics, /^fourfold_database_connections\{server="primary",state="idle"\} [1-3]$/m);
    assert.match(metrics, /^fourfold_database_waiting\{server="primary"\} 0$/m);
    assert.match(metrics, /^fourfold_database_opened_total\{server="primary"\} [1-3]$/m);
    assert.match(metrics, /^fourfold_database_wait_seconds_bucket\{le="0\.0001",server="primary"\} \d+$/m);
    assert.match(metrics, /^fourfold_database_wait_seconds_count\{server="primary"\} [1-9]\d*$/m);
    assert.match(metrics, /^# TYPE fourfold_database_wait_seconds histogram$/m);
  });

  test("while the database is away, callers are told when to come again; it is not ready, and comes back by itself", async () => {
    assert.equal((await ask("/readyz")).status, 200);
    await database.stop("fast");
    await until(async () => (await ask("/readyz")).status === 503, "it is not ready");
    const answer = await create();
    const content = await answer.text();
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get("retry-after"), "1");
    assert.match(content, /"UNAVAILABLE"/);
    assert.doesNotMatch(content, /127\.0\.0\.1|ECONN|secret|postgres/i);
    assert.equal((await ask("/livez")).status, 200);
    await database.start();
    await until(async () => (await ask("/readyz")).status === 200, "it is ready");
    assert.equal((await create()).status, 201);
  });

  describe("what runs for those who have left is cancelled at the server", () => {
    let holder: Client;
    const waiting = async (): Promise<number> =>
      (await database.run("select 1 from pg_stat_activity where wait_event_type = 'Lock'", holderUrl()))
        .length;
    const holderUrl = (): string => database.url("test_1");

    before(async () => {
      holder = new Client({ connectionString: holderUrl() });
      await holder.connect();
      await holder.query("begin; lock table users, places, notes in access exclusive mode");
    });
    after(() => holder?.end());

    const asked: readonly (readonly [what: string, path: string, another?: string])[] = [
      ["a list", "/users"],
      ["a list that is cached", "/places?orderBy=name"],
      ["a list of GraphQL", `/graphql?query=${encodeURIComponent("{ users { name } }")}`],
      ["a cached list of GraphQL", `/graphql?query=${encodeURIComponent("{ places { name } }")}`],
      ["a row", `/users/${firstId}`],
      ["two rows that are read together", `/users/${firstId}`, `/users/${secondId}`],
      ["rows by a reference", `/notes?filter=${filter(firstId)}`, `/notes?filter=${filter(secondId)}`],
      ["a row of GraphQL", `/graphql?query=${encodeURIComponent(`{ user(id: "${firstId}") { name } }`)}`],
    ];
    for (const [what, path, another = path] of asked) {
      test(`${what}, once all who wait for it have gone away`, async () => {
        const [first, second] = [new AbortController(), new AbortController()];
        const answers = [ask(path, first), ask(another, second)].map((answer) => answer.catch(() => "left"));
        await until(async () => (await waiting()) > 0, "it waits for the lock");
        first.abort();
        second.abort();
        assert.deepEqual(await Promise.all(answers), ["left", "left"]);
        await until(async () => (await waiting()) === 0, "it is cancelled at the server");
      });

      test(`${what}, at the deadline`, async () => {
        const answer = await ask(path, { headers: { "request-timeout": "1" } });
        assert.match(await answer.text(), /"DEADLINE_EXCEEDED"/);
        await until(async () => (await waiting()) === 0, "it is cancelled at the server");
      });
    }
  });

  test("replicas are read from, and whoever wrote reads it", async () => {
    await server.close("now");
    const standby = await startStandby(database);
    try {
      const url = database.url("test_1");
      await start(url, [standby.url("test_1")]);
      const metric = async (): Promise<string> => (await ask("/metrics")).text();
      assert.match(await metric(), /fourfold_database_connections\{server="replica_1",state="idle"\} 1/);
      for (let count = 0; count < 20; count++) {
        const { id } = (await (await create()).json()) as { readonly id: string };
        assert.equal((await ask(`/users/${id}`)).status, 200);
      }
    } finally {
      await server.close("now");
      await standby.dispose();
    }
  });

  test("a URL that cannot be used is one line, and exit code 1", async () => {
    const cases: readonly (readonly [url: string, line: RegExp])[] = [
      [
        "postgres://ada:s3cret@127.0.0.1:1/x",
        /^DATABASE_URL: PostgreSQL at 127\.0\.0\.1:1 cannot be reached: nothing listens there$/,
      ],
      [
        database.url().replace(/:\/\/[^@]*@/, "://ada:s3cret@"),
        /^DATABASE_URL: PostgreSQL at 127\.0\.0\.1:\d+ refuses the connection as "ada": the password is wrong$/,
      ],
      [
        `${database.url()}?pool_max=none`,
        /^DATABASE_URL has "pool_max=none": write a whole number from 1 on$/,
      ],
      ["postgres://ada:s3cret@[/x", /^DATABASE_URL is no URL of PostgreSQL: /],
    ];
    for (const [url, line] of cases) {
      const program = spawn(
        process.execPath,
        [
          "--conditions=fourfold-source",
          "src/cli/main.ts",
          "serve",
          "examples/blog/api.ts",
          "--listen",
          "127.0.0.1:0",
        ],
        { env: { ...process.env, DATABASE_URL: url }, stdio: ["ignore", "pipe", "pipe"] },
      );
      const exit = new Promise((resolve) => program.once("exit", resolve));
      const [output, errors] = await Promise.all([text(program.stdout), text(program.stderr)]);
      assert.equal(await exit, 1, errors);
      assert.match(errors.trimEnd(), line);
      assert.equal(errors.split("\n").length, 2, errors);
      assert.doesNotMatch(output + errors, /s3cret/);
    }
  });
});
