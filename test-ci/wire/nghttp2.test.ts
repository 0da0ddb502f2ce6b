import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type CertificateFiles, createCertificate } from "./certificate.ts";
import { download, output } from "./client-process.ts";
import { content, hash, LARGE } from "./content.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { http1, http2, originOf, secureHttp1, secureHttp2 } from "./wires.ts";
import { contentFile, temporaryFolder, without } from "./workspace.ts";

// The clients of nghttp2, which most others are built on.

const SMALL = 1024 * 1024;

describe("nghttp and h2load", { skip: without("nghttp", "h2load", "openssl") }, () => {
  const folder = temporaryFolder();
  let files: CertificateFiles;
  let server: ServerProcess;
  let large = "";
  let small = "";
  let expected = { bytes: 0, sha256: "" };
  let expectedSmall = { bytes: 0, sha256: "" };

  before(async () => {
    files = createCertificate(folder);
    server = await startServer(files);
    large = await contentFile(folder, LARGE);
    small = await contentFile(folder, SMALL);
    expected = await hash(content(LARGE));
    expectedSmall = await hash(content(SMALL));
  });
  after(() => server.stop());

  for (const wire of [http2, secureHttp2]) {
    const nghttp = async (path: string, ...args: string[]): Promise<{ bytes: number; sha256: string }> => {
      const url = originOf(server, wire) + path;
      const { bytes, sha256 } = await download("nghttp", ["--no-verify-peer", "--timeout=60", ...args, url]);
      return { bytes, sha256 };
    };
    const told = (path: string, ...args: string[]): Promise<string> =>
      output("nghttp", ["--no-verify-peer", "--timeout=60", ...args, originOf(server, wire) + path]);

    describe(`nghttp over ${wire.name}`, () => {
      test("a download of 100 MiB", async () => {
        assert.deepEqual(await nghttp(`/content?${LARGE}`), expected);
      });

      test("a download through windows of 1 GiB", async () => {
        const args = ["--window-bits=30", "--connection-window-bits=30"];
        assert.deepEqual(await nghttp(`/content?${LARGE}`, ...args), expected);
      });

      test("an upload of 100 MiB", async () => {
        assert.deepEqual(JSON.parse(await told("/hash", `--data=${large}`)), expected);
      });

      test("an upload whose length is not said before, with padding", async () => {
        const answer = await told("/hash", `--data=${large}`, "--padding=100", "--no-content-length");
        assert.deepEqual(JSON.parse(answer), expected);
      });

      test("100 MiB there and back at the same time", async () => {
        assert.deepEqual(await nghttp("/echo", `--data=${large}`), expected);
      });

      test("trailers both ways", async () => {
        const args = ["--header=te: trailers", "--trailer=x-sent: 1", "--trailer=x-more: 2"];
        const answer = await told("/trailers", `--data=${small}`, ...args, "--verbose");
        assert.match(answer, /\["x-sent","1","x-more","2"\]/);
        assert.match(answer, new RegExp(`x-sha256: ${expectedSmall.sha256}`));
        assert.match(answer, /x-last: 1/);
      });

      test("a head in CONTINUATION frames", async () => {
        const { fields } = JSON.parse(await told("/head", "--continuation"));
        assert.ok(fields.join("").length > 3000, String(fields));
      });

      test("no tables, and tables of other sizes", async () => {
        const sizes = [
          ["--header-table-size=0", "--encoder-header-table-size=0"],
          ["--header-table-size=65536", "--encoder-header-table-size=65536"],
          // Each size is acknowledged by a size update in the next block.
          ["--header-table-size=4096", "--header-table-size=100", "--header-table-size=2000"],
        ];
        for (const args of sizes) {
          const answer = await told("/head", "--multiply=20", ...args);
          assert.equal(answer.match(/"path":"\/head"/g)?.length, 20, answer);
        }
      });

      test("twenty streams at once, each with its own content", async () => {
        const answer = await told("/hash", `--data=${small}`, "--multiply=20");
        assert.equal(answer, JSON.stringify(expectedSmall).repeat(20));
      });

      test("100-continue", async () => {
        const answer = await told("/hash", `--data=${small}`, "--expect-continue", "--verbose");
        assert.match(answer, /:status: 100/);
        assert.match(answer, new RegExp(expectedSmall.sha256));
      });

      test("HEAD", async () => {
        const answer = await told("/", "--header=:method: HEAD", "--verbose");
        assert.match(answer, /:status: 200/);
        assert.match(answer, /content-length: 6/);
        assert.doesNotMatch(answer, /recv DATA/);
      });
    });
  }

  for (const wire of [http1, http2, secureHttp1, secureHttp2]) {
    const h2load = async (path: string, ...args: string[]): Promise<Record<string, number>> => {
      const version = wire.version === "1.1" ? ["--h1"] : [];
      return readFigures(await output("h2load", [...version, ...args, originOf(server, wire) + path]));
    };

    describe(`h2load over ${wire.name}`, () => {
      test("20000 requests by 10 connections, 32 at once on each", async () => {
        const streams = wire.version === "1.1" ? "1" : "32";
        const figures = await h2load("/", "-n", "20000", "-c", "10", "-m", streams);
        assert.deepEqual(figures, { succeeded: 20_000, failed: 0, good: 20_000, data: 20_000 * 6 });
      });

      test("uploads of 100 MiB in all, with windows of the least size", async () => {
        const figures = await h2load("/hash", "-n", "100", "-c", "4", "-m", "4", "-d", small, "-w", "16");
        const data = 100 * JSON.stringify(expectedSmall).length;
        assert.deepEqual(figures, { succeeded: 100, failed: 0, good: 100, data });
      });

      test("downloads of 100 MiB in all, by many streams that share a window", async () => {
        const figures = await h2load(`/content?${SMALL}`, "-n", "100", "-c", "2", "-m", "10", "-W", "16");
        assert.deepEqual(figures, { succeeded: 100, failed: 0, good: 100, data: LARGE });
      });
    });
  }
});

/** What h2load says in the end. */
function readFigures(told: string): Record<string, number> {
  const figure = (pattern: RegExp): number => Number(pattern.exec(told)?.[1] ?? Number.NaN);
  return {
    succeeded: figure(/(\d+) succeeded/),
    failed: figure(/(\d+) failed/),
    good: figure(/(\d+) 2xx/),
    data: figure(/\((\d+)\) data/),
  };
}
