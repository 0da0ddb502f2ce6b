import assert from "node:assert/strict";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { api, query, t } from "fourfold";
import { serve } from "fourfold/server";
import { ENHANCE_YOUR_CALM, frame, types } from "../net/attacks/frames.ts";
import { Http2Peer } from "../net/http2/peer.ts";

const ping = query("ping", { output: t.string(), handle: () => "pong" });
const plain = api("plain", { operations: [ping] });
const limits = { headerBytes: 4096, connections: 2, bodyBytes: 1000, controlFrames: 20 };

test("what is over a limit is answered by its protocol, counted and logged, and nobody else notices", async (context) => {
  const { port, other, stop } = await start(context);
  const ask = (fields: string): Promise<string> =>
    text(connect({ port, host: "127.0.0.1" }).end(`GET /ping HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n`));
  const get = (path: string): Promise<string> => text(other.request({ ":path": path }));
  /** The other one is answered; whoever was refused is gone. */
  const alone = async (): Promise<void> => {
    assert.equal(await get("/ping"), '"pong"');
    while (!/^fourfold_connections 1$/m.test(await get("/metrics"))) await pause(10);
  };

  assert.match(await ask(`X: ${"x".repeat(5000)}`), /^HTTP\/1\.1 431 /);
  await alone();
  assert.match(await ask("Content-Length: 1001"), /^HTTP\/1\.1 413 /);
  await alone();
  const pings = Array.from({ length: 30 }, () => frame(types.ping, 0, 0, Buffer.alloc(8)));
  assert.equal(await new Http2Peer(port).send(...pings).ends(), ENHANCE_YOUR_CALM);
  await alone();
  const second = connect({ port, host: "127.0.0.1" });
  await once(second, "connect");
  assert.match(await ask("Connection: close"), /^HTTP\/1\.1 503 [\s\S]*\r\nretry-after: \d+\r\n/i);
  second.destroy();
  await alone();

  const metrics = await get("/metrics");
  const counted = [...metrics.matchAll(/^fourfold_rejected_total\{code="(\w+)"\} (\d+)$/gm)];
  assert.deepEqual(
    counted.map(([, code, count]) => [code, count]),
    [
      ["HEADERS_TOO_LARGE", "1"],
      ["CONTENT_TOO_LARGE", "1"],
      ["OVERLOADED", "2"],
    ],
  );
  const [head, content, flood, connection, ...more] = (await stop()).filter(
    ({ event }) => event === "request_rejected",
  );
  assert.deepEqual(
    [head, content, flood, connection].map((line) => [line?.code, line?.peer]),
    [
      ["HEADERS_TOO_LARGE", "127.0.0.1"],
      ["CONTENT_TOO_LARGE", "127.0.0.1"],
      ["OVERLOADED", "127.0.0.1"],
      ["OVERLOADED", "127.0.0.1"],
    ],
  );
  assert.match(flood?.reason ?? "", /too many frames/);
  assert.deepEqual(more, []);
});

interface Line {
  readonly event: string;
  readonly code?: string;
  readonly reason?: string;
  readonly peer?: string;
}

/** A server that logs to a file, and somebody whom it serves meanwhile. */
async function start(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "fourfold-rejections-"));
  const path = join(folder, "log");
  const log = openSync(path, "a");
  const options = { listen: ["127.0.0.1:0"], database: "sqlite::memory:", logDestination: log, limits };
  const server = await serve(plain, options);
  const port = Number(server.origins[0]?.split(":").at(-1));
  const other = connectHttp2(`http://127.0.0.1:${port}`);
  context.after(async () => {
    await server.close();
    closeSync(log);
    await rm(folder, { recursive: true });
  });
  /** What was logged; all of it is there once the server has ended. */
  const stop = async (): Promise<readonly Line[]> => {
    other.destroy();
    await server.close();
    const lines = readFileSync(path, "utf8").trim().split("\n");
    return lines.map((line) => JSON.parse(line));
  };
  return { port, other, stop };
}
