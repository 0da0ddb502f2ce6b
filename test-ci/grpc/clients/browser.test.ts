import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openPage, type Page } from "../../wire/chromium.ts";
import { type ServerProcess, startScript } from "../../wire/server-process.ts";
import { temporaryFolder, without } from "../../wire/workspace.ts";
import { bufIn, installBuf } from "../suite/buf.ts";
import { bundlePage, type Pages, servePages } from "./browser/pages.ts";
import { call } from "./cases/case.ts";
import type { Asked, ClientKind, Outcome } from "./client.ts";
import { compileProtos } from "./descriptors.ts";
import { holdToAll, prepareTrial, type Trial } from "./held.ts";
import { compression, fullDuplex, messageStreams, pings } from "./lacks.ts";

const folder = temporaryFolder();
const skip = without("chromium", "openssl") || (await installBuf(folder));

describe("connect-web in Chromium, from another origin and without a proxy", { skip, concurrency: 3 }, () => {
  let trial: Trial;
  let pages: Pages;
  let others: Pages;
  let page: Page;

  before(async () => {
    const script = await bundlePage();
    let set: Uint8Array = new Uint8Array();
    pages = await servePages(script, () => set);
    others = await servePages(script, () => set);
    trial = await prepareTrial(folder, pages.origin);
    set = await compileProtos(bufIn(folder), trial.protos);
    page = await openPage(folder, pages.origin);
  });
  after(async () => {
    await page?.close();
    await pages?.[Symbol.asyncDispose]();
    await others?.[Symbol.asyncDispose]();
  });

  for (const way of ["connect", "connect in JSON, with GET", "grpc-web"])
    holdToAll(
      connectWeb(way, () => page),
      () => trial,
    );

  test("a page of an origin that is not named cannot call", async () => {
    const script = join(import.meta.dirname, "trial", "server.ts");
    const { certificate, key } = trial.files;
    const server: ServerProcess = await startScript(script, certificate, key, pages.origin);
    const stranger = await openPage(join(folder, "stranger"), others.origin);
    const origin = `http://localhost:${server.port}`;
    const { code, message } = await ask(stranger, "connect", origin, call("Beside", {}));
    assert.deepEqual([code, message], ["UNKNOWN", "Failed to fetch"]);
    await stranger.close();
    await server.stop();
  });
});

/** connect-web by one of the ways of browser/page.ts. Over TLS that is HTTP/2, and else HTTP/1.1. */
function connectWeb(way: string, page: () => Page): ClientKind {
  const reason = "pages can send one content to its end, and read the answer then";
  return {
    name: `connect-web by ${way}`,
    format: way.includes("JSON") ? "json" : "proto",
    keepsConnection: false,
    endsBeforeItResets: false,
    keepaliveMs: null,
    lacks: {
      ...fullDuplex(reason),
      ...messageStreams(reason),
      ...compression("connect-web does not compress"),
      ...pings("the browser has the connections"),
    },
    connect: async ({ port, isSecure }) => {
      const origin = isSecure ? `https://localhost:${port}` : `http://localhost:${port}`;
      return { ask: (asked) => ask(page(), way, origin, asked), [Symbol.asyncDispose]: async () => {} };
    },
  };
}

async function ask(page: Page, way: string, origin: string, asked: Asked): Promise<Outcome> {
  const found = await page.evaluate(`(async () => {
    while (globalThis.ask === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    return await ask(${JSON.stringify(way)}, ${JSON.stringify(origin)}, ${JSON.stringify(asked)});
  })()`);
  // What the page has made of it.
  return found as Outcome;
}
