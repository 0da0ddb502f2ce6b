import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type CertificateFiles, createCertificate } from "./certificate.ts";
import { type ClientResult, download, output } from "./client-process.ts";
import { content, hash, LARGE } from "./content.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { http1, originOf, type Wire, wires } from "./wires.ts";
import { contentFile, temporaryFolder, without } from "./workspace.ts";

describe("curl", { skip: without("curl", "openssl") }, () => {
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
      function curl(path: string, ...args: string[]): Promise<ClientResult> {
        return download("curl", [...options(wire), ...args, originOf(server, wire) + path]);
      }

      /** The version of HTTP is what curl says of it, by `%{http_version}`. */
      function options({ version, isSecure }: Wire): string[] {
        const plain = version === "2" ? "--http2-prior-knowledge" : "--http1.1";
        const secure = [version === "2" ? "--http2" : "--http1.1", "--cacert", files.certificate];
        const always = ["--silent", "--show-error", "--fail", "--max-time", "60"];
        return [...always, "--write-out", "%{stderr}%{http_version}", ...(isSecure ? secure : [plain])];
      }

      test("a download of 100 MiB", async () => {
        assert.deepEqual(await curl(`/content?${LARGE}`), { ...expected, told: wire.version });
      });

      test("an upload of 100 MiB", async () => {
        const args = [...options(wire), "--request", "POST", "--upload-file", large];
        const answer = await output("curl", [...args, `${originOf(server, wire)}/hash`]);
        assert.deepEqual(JSON.parse(answer), expected);
      });

      test("an upload whose length is not said before", async () => {
        const args = [...options(wire), "--request", "POST", "--header", "content-length:"];
        const chunked = wire.version === "1.1" ? ["--header", "transfer-encoding: chunked"] : [];
        const all = [...args, ...chunked, "--upload-file", large, `${originOf(server, wire)}/hash`];
        assert.deepEqual(JSON.parse(await output("curl", all)), expected);
      });

      test("100 MiB there and back at the same time", async () => {
        const echoed = await curl("/echo", "--request", "POST", "--upload-file", large);
        assert.deepEqual(echoed, { ...expected, told: wire.version });
      });

      test("trailers of the answer", async () => {
        const heads = join(folder, "heads");
        const { sha256 } = await hash([Buffer.from("hello")]);
        await curl("/trailers", "--header", "te: trailers", "--data", "hello", "--dump-header", heads);
        assert.match(readFileSync(heads, "latin1"), new RegExp(`^x-sha256: ${sha256}\r\nx-last: 1\r\n`, "m"));
      });

      // https://github.com/curl/curl/issues/10634; nghttp and undici do it.
      const isFaulty = wire.version === "2" && !wire.isSecure && isCurl788();
      const skip = isFaulty && "NOT TESTED: curl 7.88 cannot do it";
      test("many requests by one connection", { skip }, async () => {
        const paths = Array.from({ length: 50 }, (_, index) => `/head?${index}`);
        const urls = paths.flatMap((path) => [originOf(server, wire) + path, "--output", "-"]);
        const answer = await output("curl", [...options(wire), "--write-out", "%{num_connects}\n", ...urls]);
        assert.equal(answer.match(/"path":"\/head"/g)?.length, 50);
        assert.equal(answer.match(/\}0\n/g)?.length, 49);
      });

      test("HEAD has the fields of GET", async () => {
        const [got, head] = await Promise.all(
          ["--include", "--head"].map((option) =>
            output("curl", [...options(wire), option, `${originOf(server, wire)}/`]),
          ),
        );
        assert.match(head ?? "", /^HTTP\/\S+ 200.*\r\n(?:.*\r\n)*content-length: 6\r\n(?:.*\r\n)*\r\n$/);
        // The one may come in another second than the other.
        const undated = (text: string | undefined): string => (text ?? "").replace(/^date: .*\r\n/m, "");
        assert.equal(undated(got), `${undated(head)}hello\n`);
      });

      test("a status that is an error", async () => {
        await assert.rejects(curl("/nowhere"), /404/);
      });
    });

  // RFC 9113 §3.1: `Upgrade: h2c` is no more, and a server that ignores it answers by HTTP/1.1 (RFC 9110 §7.8).
  test("an upgrade to HTTP/2 that is not taken up", async () => {
    const url = `${originOf(server, http1)}/head`;
    const answer = await output("curl", ["--silent", "--http2", "--write-out", "%{http_version}", url]);
    assert.match(answer, /"upgrade","h2c".*\}1\.1$/);
  });
});

function isCurl788(): boolean {
  return spawnSync("curl", ["--version"], { encoding: "utf8" }).stdout.startsWith("curl 7.88.");
}
