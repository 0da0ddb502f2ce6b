import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { Client, fetch, WebSocket } from "undici";
import { type CertificateFiles, createCertificate } from "./certificate.ts";
import { content, hash, LARGE } from "./content.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { originOf, type Wire, wires } from "./wires.ts";
import { contentFile, temporaryFolder, without } from "./workspace.ts";

describe("undici", { skip: without("openssl") }, () => {
  const folder = temporaryFolder();
  let files: CertificateFiles;
  let server: ServerProcess;
  let large = "";
  let expected = { bytes: 0, sha256: "" };

  before(async () => {
    files = createCertificate(folder);
    server = await startServer(files);
    large = await contentFile(folder, LARGE);
    expected = await hash(content(LARGE));
  });
  after(() => server.stop());

  for (const wire of wires)
    describe(`over ${wire.name}`, () => {
      let client: Client;
      before(() => {
        client = open(wire);
      });
      after(() => client.close());

      test("the version is the one that was meant", async () => {
        const { body } = await client.request({ method: "GET", path: "/head" });
        const head = await body.json();
        assert.ok(typeof head === "object" && head !== null && "httpVersion" in head);
        assert.equal(head.httpVersion, wire.version);
      });

      test("a download of 100 MiB", async () => {
        const { body } = await client.request({ method: "GET", path: `/content?${LARGE}` });
        assert.deepEqual(await hash(body), expected);
      });

      test("an upload of 100 MiB", async () => {
        const upload = createReadStream(large);
        const { body } = await client.request({ method: "POST", path: "/hash", body: upload });
        assert.deepEqual(await body.json(), expected);
      });

      test("100 MiB there and back at the same time", async () => {
        const upload = createReadStream(large);
        const { body } = await client.request({ method: "POST", path: "/echo", body: upload });
        assert.deepEqual(await hash(body), expected);
      });

      test("trailers of the answer", async () => {
        const headers = { te: "trailers" };
        const answer = await client.request({ method: "POST", path: "/trailers", body: "hello", headers });
        await answer.body.dump();
        const { sha256 } = await hash([Buffer.from("hello")]);
        assert.deepEqual({ ...answer.trailers }, { "x-sha256": sha256, "x-last": "1" });
      });

      test("a hundred requests at once", async () => {
        const answers = await Promise.all(
          Array.from({ length: 100 }, async (_, number) => {
            const { body } = await client.request({ method: "POST", path: "/echo", body: `body ${number}` });
            return body.text();
          }),
        );
        assert.deepEqual(
          answers,
          answers.map((_, number) => `body ${number}`),
        );
      });

      test("fetch", async () => {
        const url = `${originOf(server, wire)}/echo`;
        const sent = { method: "POST", body: "grüße 🦊", dispatcher: client };
        const answer = await fetch(url, sent);
        assert.deepEqual([answer.status, await answer.text()], [200, "grüße 🦊"]);
        assert.equal((await fetch(`${originOf(server, wire)}/nowhere`, { dispatcher: client })).status, 404);
      });

      test("a WebSocket", async () => {
        const socket = new WebSocket(`${originOf(server, wire).replace("http", "ws")}/socket?greeting`, {
          dispatcher: open(wire),
        });
        socket.binaryType = "arraybuffer";
        const { greeting, got } = await echoAll(socket, [...content(4 * 1024 * 1024)]);
        assert.equal(greeting, wire.version);
        assert.deepEqual(await hash(got), await hash(content(4 * 1024 * 1024)));
      });
    });

  function open(wire: Wire): Client {
    const ca = readFileSync(files.certificate);
    const isHttp2 = wire.version === "2";
    return new Client(originOf(server, wire), {
      allowH2: isHttp2,
      ...(isHttp2 && !wire.isSecure ? { useH2c: true } : {}),
      connect: { ca },
    });
  }
});

interface Echoed {
  /** The version of HTTP that the server says it came by. */
  readonly greeting: string;
  readonly got: readonly Uint8Array[];
}

/** Sends the messages, takes the greeting and as many, and closes. */
function echoAll(socket: WebSocket, messages: readonly Uint8Array[]): Promise<Echoed> {
  return new Promise((resolve, reject) => {
    let greeting = "";
    const got: Uint8Array[] = [];
    socket.onopen = () => {
      for (const message of messages) socket.send(message);
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") greeting = data;
      else got.push(new Uint8Array(data));
      if (got.length === messages.length) socket.close(1000);
    };
    socket.onerror = ({ message }) => reject(new Error(message));
    socket.onclose = ({ code }) =>
      code === 1000 ? resolve({ greeting, got }) : reject(new Error(`closed with ${code}`));
  });
}
