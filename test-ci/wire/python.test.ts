import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type CertificateFiles, createCertificate } from "./certificate.ts";
import { output } from "./client-process.ts";
import { content, hash, LARGE } from "./content.ts";
import { installation } from "./installation.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { http2, originOf, secureHttp2, wires } from "./wires.ts";
import { contentFile, temporaryFolder, without } from "./workspace.ts";

const scripts = join(import.meta.dirname, "python");

const folder = temporaryFolder();
const python = join(folder, "venv", "bin", "python");
const pip = ["-m", "pip", "install", "--quiet", "--retries", "1", "--requirement", "requirements.txt"];
const skip =
  without("python3", "openssl") ||
  (await installation(["python3", ["-m", "venv", join(folder, "venv")], folder], [python, pip, scripts]));

describe("Python's clients", { skip }, () => {
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

  async function run(script: string, ...args: string[]): Promise<unknown> {
    return JSON.parse(await output(python, ["-B", join(scripts, script), ...args]));
  }

  for (const wire of wires)
    test(`httpx over ${wire.name}`, async () => {
      const origin = originOf(server, wire);
      assert.deepEqual(await run("httpx_client.py", origin, wire.version, files.certificate, large), {
        version: `HTTP/${wire.version}`,
        download: expected,
        upload: expected,
        echo: true,
        missing: 404,
        inOrder: true,
      });
    });

  for (const wire of [http2, secureHttp2])
    test(`h2 over ${wire.name}`, async () => {
      const { hostname, port } = new URL(originOf(server, wire));
      const certificate = wire.isSecure ? files.certificate : "";
      const { sha256 } = await hash([Buffer.from("hello")]);
      assert.deepEqual(await run("h2_client.py", hostname, port, certificate, large), {
        download: expected,
        upload: expected,
        echo: expected,
        sentTrailers: ["x-sent", "1", "x-more", "2"],
        gotTrailers: { "x-sha256": sha256, "x-last": "1" },
        afterReset: "hello\n",
      });
    });

  for (const wire of [http2, secureHttp2])
    test(`WebSockets by h2 and wsproto over ${wire.name} (RFC 8441)`, async () => {
      const { hostname, port } = new URL(originOf(server, wire));
      const certificate = wire.isSecure ? files.certificate : "";
      const socket = {
        status: "200",
        version: "2",
        texts: [true, true, true],
        large: true,
        pong: "12345678",
      };
      assert.deepEqual(await run("h2_websocket.py", hostname, port, certificate), {
        allowed: 1,
        plain: { ...socket, extensions: [], code: 1000 },
        deflated: { ...socket, extensions: ["permessage-deflate"], code: 1000 },
        after: "hello\n",
      });
    });

  for (const wire of wires.filter(({ version }) => version === "1.1"))
    test(`websockets over ${wire.name}`, async () => {
      const url = `${originOf(server, wire).replace("http", "ws")}/socket`;
      assert.deepEqual(await run("websockets_client.py", url, files.certificate, large), {
        plain: { ...expected, extensions: [], code: 1000 },
        manners: ["grüße 🦊", "", 70_000, "in three fragments", "permessage-deflate"],
      });
    });
});
