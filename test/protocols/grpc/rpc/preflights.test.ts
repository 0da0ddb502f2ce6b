import assert from "node:assert/strict";
import { test } from "node:test";
import { api, query, t, version } from "fourfold";
import { startTest } from "fourfold/testing";

const ping = query("ping", { output: { pong: t.boolean() }, handle: () => ({ pong: true }) });
const pinger = api("pinger", { operations: [ping], versions: [version("1")] });
const origin = "https://app.example.com";

test("pages of other origins may call methods, and read that there is none", async () => {
  await using server = await startTest(pinger, { cors: { origins: [origin] } });
  const calls = [
    {
      method: "Ping",
      type: "application/json",
      fields: "connect-protocol-version,content-type",
      status: 200,
    },
    {
      method: "None",
      type: "application/json",
      fields: "connect-protocol-version,content-type",
      status: 404,
    },
    { method: "None", type: "application/grpc-web+proto", fields: "content-type, X-Grpc-Web", status: 200 },
  ];
  for (const { method, type, fields, status } of calls) {
    const path = `/pinger.v1.PingerService/${method}`;
    const preflight = await server.request(`OPTIONS ${path}`, {
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": fields,
      },
    });
    assert.deepEqual(
      [preflight.status, preflight.headers["access-control-allow-origin"]],
      [204, origin],
      `${method} by ${type}`,
    );
    assert.equal(preflight.headers["access-control-allow-headers"], fields);
    const answer = await server.request(`POST ${path}`, {
      headers: { origin, "content-type": type },
      body: Buffer.from("{}"),
    });
    assert.deepEqual([answer.status, answer.headers["access-control-allow-origin"]], [status, origin]);
  }
});
