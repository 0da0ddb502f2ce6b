import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { createCertificate } from "./certificate.ts";
import { installation } from "./installation.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { http2, secureHttp2 } from "./wires.ts";
import { temporaryFolder, without } from "./workspace.ts";

// github.com/summerwind/h2spec: what RFC 9113 and RFC 7541 ask of a server, case by case.

/** Its version, and those of what it is built with, are in h2spec/go.mod. */
const program = "github.com/summerwind/h2spec/cmd/h2spec";
/** Of h2spec v2.2.1 with --strict: so many that a suite which ran nothing cannot pass. */
const CASES = 146;

const folder = temporaryFolder();
const h2spec = join(folder, "h2spec");
const build = ["go", ["build", "-o", h2spec, program], join(import.meta.dirname, "h2spec")] as const;
const skip = without("go", "openssl") || (await installation(build));

describe("h2spec", { skip }, () => {
  let server: ServerProcess;

  before(async () => {
    server = await startServer(createCertificate(folder));
  });
  after(() => server.stop());

  for (const wire of [http2, secureHttp2])
    test(`all cases over ${wire.name}`, async () => {
      const report = join(folder, `${wire.isSecure}.xml`);
      const secure = wire.isSecure
        ? ["--tls", "--insecure", "--port", server.securePort]
        : ["--port", server.port];
      const args = ["generic", "http2", "hpack", "--strict", "--timeout", "4", "--junit-report", report];
      // It ends with 1 where a case failed; which one is in the report.
      await promisify(execFile)(h2spec, [...args, ...secure.map(String)]).catch(() => {});
      const { passed, failed } = readReport(readFileSync(report, "utf8"));
      assert.equal(failed.length, 0, `${failed.length} cases failed:\n${failed.join("\n")}`);
      assert.equal(passed, CASES);
    });
});

/** Of a report in JUnit's form: how many cases passed, and a line for each that did not. */
function readReport(xml: string): { passed: number; failed: readonly string[] } {
  const cases = xml.match(/<testcase [^>]*>.*?<\/testcase>/gs) ?? [];
  const failed = cases
    .filter((text) => /<(?:failure|error|skipped)/.test(text))
    .map((text) => {
      const about = /package="([^"]*)" classname="([^"]*)"/.exec(text);
      const detail = />([^<]*)<\/(?:failure|error)>/.exec(text)?.[1]?.trim().replaceAll("\n", " | ");
      return `${about?.[1]} ${about?.[2]}: ${detail ?? "skipped"}`;
    });
  return { passed: cases.length - failed.length, failed };
}
