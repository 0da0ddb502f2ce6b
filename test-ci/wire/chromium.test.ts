import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createCertificate } from "./certificate.ts";
import { openPage, type Page } from "./chromium.ts";
import { content, hash, LARGE } from "./content.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { http1, originOf, secureHttp2 } from "./wires.ts";
import { temporaryFolder, without } from "./workspace.ts";

const skip = without("chromium", "openssl");

describe("Chromium over HTTP/1.1", { skip }, () => {
  const folder = temporaryFolder();
  let server: ServerProcess;
  let page: Page;

  before(async () => {
    server = await startServer(createCertificate(folder));
    page = await openPage(folder, `${originOf(server, http1)}/page`);
  });
  after(async () => {
    await page.close();
    await server.stop();
  });

  test("the page, fetch and a WebSocket", async () => {
    const result = await page.evaluate(`(async () => {
      const [{ nextHopProtocol }] = performance.getEntriesByType("navigation");
      const answer = await fetch("/echo", { method: "POST", body: "grüße" });
      const got = await new Promise((resolve, reject) => {
        const socket = new WebSocket("ws://" + location.host + "/socket?greeting");
        const got = [];
        socket.onopen = () => socket.send("hello");
        socket.onmessage = ({ data }) => {
          got.push(data);
          if (got.length === 2) socket.close(1000);
        };
        socket.onclose = ({ code }) => resolve([...got, code]);
        socket.onerror = () => reject(new Error("the WebSocket failed"));
      });
      return { nextHopProtocol, echo: await answer.text(), got };
    })()`);
    assert.deepEqual(result, { nextHopProtocol: "http/1.1", echo: "grüße", got: ["1.1", "hello", 1000] });
  });
});

describe("Chromium over TLS", { skip }, () => {
  const folder = temporaryFolder();
  let server: ServerProcess;
  let page: Page;
  let expected = { bytes: 0, sha256: "" };

  before(async () => {
    server = await startServer(createCertificate(folder));
    expected = await hash(content(LARGE));
    page = await openPage(folder, `${originOf(server, secureHttp2)}/page`);
  });
  after(async () => {
    await page.close();
    await server.stop();
  });

  test("the page comes by HTTP/2", async () => {
    assert.equal(await page.evaluate("document.querySelector('p').textContent"), "hello");
    const protocol = "performance.getEntriesByType('navigation')[0].nextHopProtocol";
    assert.equal(await page.evaluate(protocol), "h2");
  });

  test("fetch: 100 MiB down, and the same up again", async () => {
    const result = await page.evaluate(`(async () => {
      const answer = await fetch("/content?${LARGE}");
      const body = await answer.arrayBuffer();
      const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", body)).toHex();
      const upload = await fetch("/hash", { method: "POST", body });
      return { down: { bytes: body.byteLength, sha256: sum }, up: await upload.json() };
    })()`);
    assert.deepEqual(result, { down: expected, up: expected });
  });

  test("fetch: a hundred at once", async () => {
    const result = await page.evaluate(`Promise.all(
      Array.from({ length: 100 }, async (_, number) => {
        const answer = await fetch("/echo", { method: "POST", body: "body " + number });
        return (await answer.text()) === "body " + number && answer.headers.get("content-type");
      }),
    )`);
    assert.deepEqual(result, Array(100).fill("application/octet-stream"));
  });

  test("fetch: an answer that is given up leaves the others alone", async () => {
    const result = await page.evaluate(`(async () => {
      const abort = new AbortController();
      const answer = await fetch("/content?${LARGE}", { signal: abort.signal });
      await answer.body.getReader().read();
      abort.abort();
      return (await fetch("/")).text();
    })()`);
    assert.equal(result, "hello\n");
  });

  test("a WebSocket, by the connection that the page has (RFC 8441)", async () => {
    const result = await page.evaluate(`new Promise((resolve, reject) => {
      const socket = new WebSocket("wss://" + location.host + "/socket?greeting");
      socket.binaryType = "arraybuffer";
      const sent = ["grüße 🦊", "", "x".repeat(200000), new Uint8Array(1 << 20).fill(7)];
      const got = [];
      socket.onopen = () => sent.forEach((message) => socket.send(message));
      socket.onmessage = ({ data }) => {
        got.push(typeof data === "string" ? (data.length < 20 ? data : data.length) : data.byteLength);
        if (got.length === 5) socket.close(1000, "done");
      };
      socket.onclose = ({ code, wasClean }) =>
        resolve({ got, code, wasClean, extensions: socket.extensions });
      socket.onerror = () => reject(new Error("the WebSocket failed"));
    })`);
    assert.deepEqual(result, {
      got: ["2", "grüße 🦊", "", 200_000, 1 << 20],
      code: 1000,
      wasClean: true,
      extensions: "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
    });
  });

  test("a WebSocket and fetch at once, each with its 25 MiB", async () => {
    const result = await page.evaluate(`(async () => {
      const body = await (await fetch("/content?${LARGE / 4}")).arrayBuffer();
      const digest = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
      const echoed = new Promise((resolve, reject) => {
        const socket = new WebSocket("wss://" + location.host + "/socket");
        const got = [];
        socket.onopen = () => {
          for (let at = 0; at < body.byteLength; at += 1 << 18) socket.send(body.slice(at, at + (1 << 18)));
        };
        socket.onmessage = ({ data }) => {
          got.push(data);
          if (got.length * (1 << 18) === body.byteLength) {
            socket.close();
            resolve(new Blob(got).arrayBuffer());
          }
        };
        socket.onerror = () => reject(new Error("the WebSocket failed"));
      });
      const upload = fetch("/hash", { method: "POST", body }).then((answer) => answer.json());
      return { echoed: await digest(await echoed), uploaded: (await upload).sha256 };
    })()`);
    const { sha256 } = await hash(content(LARGE / 4));
    assert.deepEqual(result, { echoed: sha256, uploaded: sha256 });
  });
});
