import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { api, query, t } from "fourfold";
import { serve } from "fourfold/server";
import { start } from "../examples/program.ts";

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === "::1"),
);
const skip = hasIpv6 ? false : "this machine has no address ::1";
const seen: string[] = [];
const ping = query("ping", { output: t.string(), handle: () => "pong" });
const app = api("plain", {
  operations: [ping],
  authenticate: ({ remoteAddress }) => {
    seen.push(remoteAddress);
    return null;
  },
});

test("an IPv6 address by itself: HTTP/1.1 and HTTP/2, and who called", { skip }, async (context) => {
  const server = await serve(app, { listen: ["[::1]:0"], logLevel: "silent" });
  context.after(() => server.close("now"));
  const [origin = ""] = server.origins;
  assert.match(origin, /^http:\/\/\[::1\]:\d+$/);
  assert.equal(await (await fetch(`${origin}/ping`)).text(), '"pong"');
  const session = connectHttp2(origin);
  // Node's own client leaves the brackets out, which makes it no authority (RFC 3986 §3.2.2).
  const stream = session.request({ ":path": "/ping", ":authority": origin.slice("http://".length) });
  const [headers] = await once(stream, "response");
  assert.equal(headers[":status"], 200);
  session.destroy();
  assert.deepEqual(seen.splice(0), ["::1", "::1"]);
  await assert.rejects(
    fetch(`${origin.replace("[::1]", "127.0.0.1")}/ping`),
    "nobody listens at the other family",
  );
});

test("all addresses: one port for both families", { skip }, async (context) => {
  const server = await serve(app, { listen: [":0"], logLevel: "silent" });
  context.after(() => server.close("now"));
  const port = /:(\d+)$/.exec(server.origins[0] ?? "")?.[1];
  for (const host of ["127.0.0.1", "[::1]"])
    assert.equal(await (await fetch(`http://${host}:${port}/ping`)).text(), '"pong"', host);
  const [v4 = "", v6] = seen.splice(0);
  assert.match(v4, /^(::ffff:)?127\.0\.0\.1$/);
  assert.equal(v6, "::1");
});

test("--listen [::1]:0, and its origin in the greeting", { skip }, async (context) => {
  const program = start(context, "examples/blog/start.ts", { DATABASE_URL: "sqlite::memory:" }, [
    "--listen",
    "[::1]:0",
  ]);
  await program.until(() => program.stderr.endsWith("\n\n"));
  const origin = /is served at (\S+)/.exec(program.stderr)?.[1] ?? "";
  assert.match(origin, /^http:\/\/\[::1\]:\d+$/);
  assert.equal((await fetch(`${origin}/users`)).status, 200);
});
