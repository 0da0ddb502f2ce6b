import assert from "node:assert/strict";
import { chmodSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openPool } from "../../src/store/postgres/pool/open-pool.ts";
import type { Pool } from "../../src/store/postgres/pool/pool.ts";
import { temporaryFolder, without } from "../wire/workspace.ts";
import { createSignedCertificate, type SignedCertificate } from "./authority.ts";
import { KeptLog } from "./pool-log.ts";
import { giveToServer, notTested, startPostgres, type TemporaryPostgres } from "./temporary-postgres.ts";
import { until } from "./until.ts";

describe("TLS to PostgreSQL", { skip: notTested || without("openssl") }, () => {
  const folder = temporaryFolder();
  let server: TemporaryPostgres;
  let files: SignedCertificate;
  const pools: Pool[] = [];
  const log = new KeptLog();
  const open = async (parameters: string, host = "localhost"): Promise<Pool> => {
    const url = `${server.url().replace("127.0.0.1", host)}?${parameters}`;
    const pool = await openPool({ url, log });
    pools.push(pool);
    return pool;
  };
  const isEncrypted = async (pool: Pool): Promise<unknown> =>
    (await pool.query({ text: "select ssl from pg_stat_ssl where pid = pg_backend_pid()" })).rows[0]?.["ssl"];
  const refused = (parameters: string, message: RegExp, host?: string): Promise<void> =>
    assert.rejects(open(parameters, host), (thrown: Error) => {
      assert.equal(thrown.name, "StoreOpenError");
      assert.match(thrown.message, message);
      assert.ok(!thrown.message.includes("\n") && !/secret/.test(thrown.message), thrown.message);
      return true;
    });

  before(async () => {
    files = createSignedCertificate(folder);
    server = await startPostgres();
  });
  after(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await server?.dispose();
  });

  test("a server without TLS is refused where TLS is asked for", async () => {
    await refused("sslmode=require", /does not speak TLS: .*sslmode=disable/);
    assert.equal(await isEncrypted(await open("sslmode=disable")), false);
    const data = join(server.folder, "data");
    copyFileSync(files.certificate, join(data, "server.crt"));
    copyFileSync(files.key, join(data, "server.key"));
    chmodSync(join(data, "server.key"), 0o600);
    giveToServer(data);
    await server.run("alter system set ssl = on");
    await server.run("select pg_reload_conf()");
    await until(async () => (await server.run("show ssl"))[0]?.["ssl"] === "on", "TLS is on");
  });

  test("require encrypts, and does not look at the certificate", async () => {
    assert.equal(await isEncrypted(await open("sslmode=require", "127.0.0.1")), true);
  });

  test("verify-full checks the authority and the name, verify-ca the authority, disable nothing", async () => {
    const root = `sslrootcert=${files.authority}`;
    assert.equal(await isEncrypted(await open(`sslmode=verify-full&${root}`)), true);
    await refused(`sslmode=verify-full&${root}`, /its certificate is for another host/, "127.0.0.1");
    assert.equal(await isEncrypted(await open(`sslmode=verify-ca&${root}`, "127.0.0.1")), true);
    await refused("sslmode=verify-full", /authority is not trusted; name that as sslrootcert/);
    await refused("sslmode=verify-full&sslrootcert=system", /authority is not trusted/);
    assert.equal(await isEncrypted(await open("sslmode=disable")), false);
  });

  test("require with an authority checks it, as libpq does", async () => {
    const other = createSignedCertificate(temporaryFolder());
    assert.equal(
      await isEncrypted(await open(`sslmode=require&sslrootcert=${files.authority}`, "127.0.0.1")),
      true,
    );
    await refused(`sslmode=require&sslrootcert=${other.authority}`, /authority is not trusted|signature/);
  });

  test("cancelling goes over TLS too", async () => {
    const pool = await open(`sslmode=verify-full&sslrootcert=${files.authority}&pool_max=1`);
    const controller = new AbortController();
    const slow = pool.query({ text: "select pg_sleep(60)" }, controller.signal);
    const running = async (): Promise<number> => {
      const sleeps =
        "select count(*)::int as n from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'";
      return Number((await server.run(sleeps))[0]?.["n"]);
    };
    await until(async () => (await running()) === 1, "it runs");
    controller.abort();
    await assert.rejects(slow, { code: "CANCELLED" });
    await until(async () => (await running()) === 0, "it is cancelled");
    assert.equal(await isEncrypted(pool), true);
    assert.equal(pool.stats[0]?.broken, 0);
  });

  test("a file that is not there, and a mode that protects from nobody, are told", async () => {
    await refused(
      "sslmode=verify-full&sslrootcert=/nowhere",
      /sslrootcert=\/nowhere, which cannot be read \(ENOENT\)/,
    );
    await refused("sslmode=prefer", /sslmode=prefer.*verify-full, require or disable/);
    await refused("sslrootcert=/x", /add sslmode=verify-full/);
  });
});
