import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defaultPoolSettings } from "../../../src/store/postgres/pool/pool-settings.ts";
import { readPoolUrl } from "../../../src/store/postgres/pool/pool-url.ts";
import { withoutPassword } from "../../../src/store/postgres/pool/without-password.ts";

describe("the URL of PostgreSQL", () => {
  test("says where the server is", () => {
    const { address, settings } = readPoolUrl("postgres://ada:p%40ss%2Fword@db.example:6000/my%20data", "X");
    assert.deepEqual(address, {
      host: "db.example",
      port: 6000,
      database: "my data",
      user: "ada",
      password: "p@ss/word",
      tls: null,
      applicationName: "fourfold",
    });
    assert.deepEqual(settings, defaultPoolSettings);
  });

  test("leaves out what is usual", () => {
    const { address } = readPoolUrl("postgresql://", "X");
    assert.deepEqual(
      [address.host, address.port, address.database, address.user],
      ["localhost", 5432, null, null],
    );
    assert.equal(readPoolUrl("postgres://[::1]/x", "X").address.host, "::1");
    const socket = readPoolUrl("postgres:///x?host=/var/run/postgresql", "X").address;
    assert.deepEqual([socket.host, socket.database], ["/var/run/postgresql", "x"]);
  });

  test("has the pool's rules as parameters", () => {
    const { address, settings } = readPoolUrl(
      "postgres://h/x?pool_min=2&pool_max=20&pool_queue=50&pipeline=4&acquire_timeout=1s&connect_timeout=2s&idle_timeout=5m" +
        "&max_lifetime=1h&check_after=500ms&statement_timeout=0ms&replica_lag=1s&application_name=blog",
      "X",
    );
    assert.equal(address.applicationName, "blog");
    assert.deepEqual(settings, {
      min: 2,
      max: 20,
      queue: 50,
      pipeline: 4,
      acquireTimeout: 1_000,
      connectTimeout: 2_000,
      idleTimeout: 300_000,
      maxLifetime: 3_600_000,
      checkAfter: 500,
      statementTimeout: 0,
      replicaLag: 1_000,
      pgbouncer: false,
    });
    assert.equal(readPoolUrl("postgres://h/x?pgbouncer=true", "X").settings.pipeline, 1);
    assert.equal(
      readPoolUrl("postgres://h/x?connect_timeout=10", "X").settings.connectTimeout,
      10_000,
      "as in libpq",
    );
  });

  for (const [url, message] of [
    ["mysql://h/x", /^X is no URL of PostgreSQL: write postgres:\/\//],
    ["postgres://a:b@[/x", /^X is no URL of PostgreSQL/],
    [
      "postgres://one,two/x",
      /^X names several hosts; name the primary, and replicas in DATABASE_REPLICA_URLS$/,
    ],
    ["postgres://h/x?sslmod=require", /^X knows no parameter "sslmod"; there are .*sslmode/],
    ["postgres://h/x?pool_max=0", /^X has "pool_max=0": write a whole number from 1 on$/],
    [
      "postgres://h/x?pool_min=3&pool_max=2",
      /^X has pool_min=3 over pool_max=2: lower one, or raise the other$/,
    ],
    ["postgres://h/x?acquire_timeout=5", /^X has "acquire_timeout=5": write a duration such as 250ms/],
    ["postgres://h/x?pgbouncer=1", /^X has "pgbouncer=1": write true or false$/],
    ["postgres://h/x?sslmode=prefer", /^X has sslmode=prefer, .*verify-full, require or disable$/],
    ["postgres://h/x?sslmode=full", /^X has sslmode=full: write verify-full/],
    ["postgres://h/x?sslmode=verify-full&sslcert=/a", /sslcert=\/a, which cannot be read \(ENOENT\)$/],
    ["postgres://h/%zz", /^X has a % that begins no code: write %25 for one$/],
  ] as const)
    test(`refuses ${url}`, () => {
      assert.throws(() => readPoolUrl(url, "X"), { name: "StoreOpenError", message });
    });

  test("tells nobody the password", () => {
    for (const url of [
      "postgres://ada:s3cret@h/x?foo=1",
      "postgres://ada:s3cret@h:99999/x",
      "ada:s3cret@h/x",
    ])
      assert.throws(
        () => readPoolUrl(url, "X"),
        (thrown: Error) => !/s3cret/.test(thrown.message),
      );
    assert.equal(withoutPassword("postgres://ada:s3cret@h/x?a=b"), "postgres://h/x?a=b");
    assert.equal(withoutPassword("postgres://ada:s@cret@h/x"), "postgres://h/x");
    assert.equal(withoutPassword("sqlite:data/a@b"), "sqlite:data/a@b");
  });
});
