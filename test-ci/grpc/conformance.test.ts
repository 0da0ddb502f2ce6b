import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { installation } from "../wire/installation.ts";
import { temporaryFolder, without } from "../wire/workspace.ts";

// connectrpc.com/conformance: what gRPC, gRPC-Web and Connect ask of a server, case by case, by the Go clients of Connect and
// of gRPC, over HTTP/1.1 and HTTP/2, in cleartext, with TLS and with certificates of clients.

/** Its version, and those of what it is built with, are in conformance/go.mod. */
const program = "connectrpc.com/conformance/cmd/connectconformance";
/** Of v1.0.7 with conformance/config.yaml: so many that a suite which ran nothing cannot pass. */
const CASES = 3640;

const run = promisify(execFile);
const rig = join(import.meta.dirname, "conformance");
const suite = join(temporaryFolder(), "connectconformance");
const skip = without("go") || (await installation(["go", ["build", "-o", suite, program], rig]));

describe("Connect's conformance suite", { skip }, () => {
  test("all cases", async () => {
    const module = await run("go", ["list", "-m", "-f", "{{.Dir}}", "connectrpc.com/conformance"], {
      cwd: rig,
    });
    const server = [process.execPath, "--conditions=fourfold-source", join(rig, "server.ts")];
    const options = ["--mode", "server", "--conf", join(rig, "config.yaml"), "--max-servers", "2"];
    const known = ["--known-failing", `@${join(rig, "known-failing.txt")}`];
    const protos = join(module.stdout.trim(), "proto");
    // It ends with 1 where a case failed, or one passed that was known to fail; which one is in what it says.
    const { stdout } = await run(suite, [...options, ...known, "--", ...server, protos], {
      maxBuffer: 64 * 1024 * 1024,
    }).catch((failed: { readonly stdout: string; readonly stderr: string }) => failed);
    assert.match(stdout, new RegExp(`Total cases: ${CASES}\\n${CASES} passed, 0 failed`));
  });
});
