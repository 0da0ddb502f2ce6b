import assert from "node:assert/strict";
import { test } from "node:test";
import { api, query, t } from "fourfold";
import { serve } from "fourfold/server";
import { readSettings } from "../../src/cli/run-settings.ts";
import { runToEnd, start } from "../examples/program.ts";
import { get, Peer } from "../net/peer.ts";
import { v1 } from "../net/proxy/headers.ts";

const program = "test/cli/slow.ts";

/** What the settings of proxies come to. */
function settings(
  argv: readonly string[],
  programOptions: Parameters<typeof readSettings>[1] = {},
): unknown[] {
  const { proxyProtocol, forwarded } = readSettings(api("none", {}), programOptions, argv, {});
  return [proxyProtocol?.from, forwarded?.trust, forwarded?.field];
}

test("proxies are listed on the command line, over what the program says", () => {
  const field = ["--forwarded-field", "x-forwarded"];
  assert.deepEqual(settings([]), [undefined, undefined, undefined]);
  assert.deepEqual(settings(["--proxy-protocol", "10.0.0.0/8,loopback", "unix"]), [
    ["10.0.0.0/8", "loopback", "unix"],
    undefined,
    undefined,
  ]);
  assert.deepEqual(settings(["--trust-proxy", "loopback", ...field]), [
    undefined,
    ["loopback"],
    "x-forwarded",
  ]);
  assert.deepEqual(settings(["--trust-proxy", "2", ...field]), [undefined, 2, "x-forwarded"]);
  assert.deepEqual(settings(["--trust-proxy", "10.0.0.1, ::1", ...field])[1], ["10.0.0.1", "::1"]);

  const said = { forwarded: { trust: 1, field: "forwarded" }, proxyProtocol: { from: ["unix"] } } as const;
  assert.deepEqual(settings([], said), [["unix"], 1, "forwarded"]);
  assert.deepEqual(settings(["--trust-proxy", "private"], said), [["unix"], ["private"], "forwarded"]);
  assert.deepEqual(settings(field, said), [["unix"], 1, "x-forwarded"]);
});

test("proxies from the environment; the log has the client's address", async (test) => {
  const running = start(test, program, {
    PROXY_PROTOCOL: "loopback",
    TRUST_PROXY: "203.0.113.0/24",
    FORWARDED_FIELD: "forwarded",
  });
  await running.until(() => running.stderr.endsWith("\n\n"));
  const port = Number(running.origins[0]?.split(":")[2]);
  const answered = new Peer(port).send(v1("203.0.113.7") + get("/livez"));
  assert.equal((await answered.answersUpTo(1))[0]?.status, 200);
  answered.socket.destroy();

  const broken =
    "POST /api/v1/slow HTTP/1.1\r\nHost: a\r\nForwarded: for=192.0.2.9\r\nTransfer-Encoding: chunked\r\n\r\n?\r\n";
  for (const text of [`${v1("203.0.113.7")}nonsense\r\n\r\n`, v1("203.0.113.7") + broken, "nonsense"])
    await new Peer(port).send(text).closes();
  const peers = (): unknown[] =>
    running.log.filter(({ event }) => event === "request_rejected").map(({ peer }) => peer);
  await running.until(() => peers().length === 3);
  assert.deepEqual(peers(), ["203.0.113.7", "192.0.2.9", "127.0.0.1"]);
});

test("an application's authenticate is told the client's address", async (test) => {
  const seen: string[] = [];
  const app = api("seeing", {
    operations: [query("ping", { output: t.string(), handle: () => "pong" })],
    authenticate: ({ remoteAddress }) => {
      seen.push(remoteAddress);
      return null;
    },
  });
  const server = await serve(app, {
    listen: ["127.0.0.1:0"],
    logLevel: "silent",
    database: "sqlite::memory:",
    forwarded: { trust: 1, field: "x-forwarded" },
  });
  test.after(() => server.close("now"));
  const answer = await fetch(`${server.origins[0]}/api/v1/ping`, {
    headers: { "X-Forwarded-For": "203.0.113.7" },
  });
  assert.equal(answer.status, 200, await answer.text());
  assert.deepEqual(seen, ["203.0.113.7"]);
});

test("what cannot be used: one line", async () => {
  const cases: readonly (readonly [Record<string, string>, RegExp, number])[] = [
    [{ PROXY_PROTOCOL: "10.0.0.0/33" }, /proxyProtocol\.from: "10\.0\.0\.0\/33" is no address: write /, 1],
    [{ PROXY_PROTOCOL: "" }, /proxyProtocol\.from: "" is no address: write /, 1],
    [{ TRUST_PROXY: "proxy", FORWARDED_FIELD: "forwarded" }, /forwarded\.trust: "proxy" is no address/, 1],
    [{ TRUST_PROXY: "0", FORWARDED_FIELD: "forwarded" }, /forwarded\.trust: 0 is no number of proxies/, 1],
    [{ TRUST_PROXY: "loopback" }, /say which field the proxies write \(--forwarded-field/, 1],
    [{ FORWARDED_FIELD: "forwarded" }, /no effect alone: name the proxies \(--trust-proxy\)/, 1],
    [{ TRUST_PROXY: "1", FORWARDED_FIELD: "via" }, /forwarded, x-forwarded/, 2],
  ];
  await Promise.all(
    cases.map(async ([env, about, expected]) => {
      const { code, stderr } = await runToEnd([program], { LISTEN: "127.0.0.1:0", ...env });
      assert.equal(code, expected, stderr);
      assert.match(stderr, about);
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
    }),
  );
});
