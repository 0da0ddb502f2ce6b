import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import type { Listener } from "../../src/net/index.ts";
import { createCertificate } from "../wire/certificate.ts";
import { installation } from "../wire/installation.ts";
import { temporaryFolder, without } from "../wire/workspace.ts";
import { testService } from "./interop/service.ts";
import { certificateFiles } from "./suite/certificates.ts";
import { listenForCalls, portOf } from "./suite/rpc-listener.ts";

// gRPC's interop cases that a server can be asked for, by the client of grpc-go (interop-test-descriptions.md). It has none of
// the cases with compression.

/** Its version, and those of what it is built with, are in interop/go.mod. */
const program = "google.golang.org/grpc/interop/client";
const cases = [
  "empty_unary",
  "large_unary",
  "client_streaming",
  "server_streaming",
  "ping_pong",
  "empty_stream",
  "timeout_on_sleeping_server",
  "cancel_after_begin",
  "cancel_after_first_response",
  "custom_metadata",
  "status_code_and_message",
  "special_status_message",
  "unimplemented_method",
  "unimplemented_service",
];

const run = promisify(execFile);
const folder = temporaryFolder();
const client = join(folder, "interop-client");
const build = ["go", ["build", "-o", client, program], join(import.meta.dirname, "interop")] as const;
const skip = without("go", "openssl") || (await installation(build));
const MESSAGE_BYTES = 4 * 1024 * 1024;

describe("gRPC's interop cases", { skip }, () => {
  let plain: Listener;
  let secure: Listener;
  let authority: string;

  before(async () => {
    const { certificate, key } = createCertificate(folder);
    authority = certificate;
    const tls = certificateFiles(readFileSync(certificate), readFileSync(key), new Uint8Array(0));
    plain = await listenForCalls(testService, MESSAGE_BYTES, null);
    secure = await listenForCalls(testService, MESSAGE_BYTES, tls);
  });
  after(() => Promise.all([plain.close(), secure.close()]));

  for (const name of cases) {
    test(`${name}, in cleartext`, () => ask(name, plain));
    test(`${name}, with TLS`, () =>
      ask(name, secure, "--use_tls", "--use_test_ca", `--ca_file=${authority}`));
  }

  test("a case that is not served fails", () => assert.rejects(ask("orca_per_rpc", plain)));

  async function ask(name: string, listener: Listener, ...options: readonly string[]): Promise<void> {
    const at = ["--server_host=localhost", `--server_port=${portOf(listener)}`];
    await run(client, [`--test_case=${name}`, ...at, ...options], { timeout: 20_000 });
  }
});
