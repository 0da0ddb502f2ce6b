import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";
import { installation } from "../../wire/installation.ts";
import { temporaryFolder, without } from "../../wire/workspace.ts";
import { blogServices, startBlog } from "./blog-process.ts";
import type { ClientKind } from "./client.ts";
import { holdToAll, prepareTrial, type Trial } from "./held.ts";
import { argumentsOf, startClient } from "./process-client.ts";

const scripts = join(import.meta.dirname, "python");
/** As often as gRPC's C core allows. */
const KEEPALIVE_MS = 1000;

const run = promisify(execFile);
const folder = temporaryFolder();
const python = join(folder, "venv", "bin", "python");
const stubs = join(folder, "stubs");
const pip = ["-m", "pip", "install", "--quiet", "--retries", "1", "--requirement", "requirements.txt"];
const skip =
  without("python3", "openssl") ||
  (await installation(["python3", ["-m", "venv", join(folder, "venv")], folder], [python, pip, scripts]));

/** Python's grpcio, with the modules that its protoc makes of the .proto. */
const grpcio: ClientKind = {
  name: "grpcio",
  format: "proto",
  keepsConnection: true,
  endsBeforeItResets: false,
  keepaliveMs: KEEPALIVE_MS,
  lacks: {},
  connect: async (target) =>
    startClient(python, ["-B", "client.py", ...argumentsOf(target, KEEPALIVE_MS)], stubs),
};

describe("Python's grpcio", { skip, concurrency: true }, () => {
  let trial: Trial;

  before(async () => {
    trial = await prepareTrial(folder);
    await mkdir(stubs);
    // Modules are looked for beside the program.
    await copyFile(join(scripts, "client.py"), join(stubs, "client.py"));
    const out = [`--python_out=${stubs}`, `--grpc_python_out=${stubs}`];
    const protoc = ["-m", "grpc_tools.protoc", "-I.", ...out, "trial.proto", "user.proto"];
    await run(python, protoc, { cwd: trial.protos });
  });

  holdToAll(grpcio, () => trial);

  test("grpcio-reflection finds what is served, and grpcio-health-checking how it is", async () => {
    const server = await startBlog(trial);
    const discovery = ["-B", join(scripts, "discover.py"), `localhost:${server.port}`];
    const { stdout } = await run(python, discovery, { timeout: 20_000 });
    await server.stop();
    const { methods, ...found } = JSON.parse(stdout);
    assert.deepEqual(found, {
      services: blogServices,
      fields: ["id", "name", "email", "etag"],
      names: ["Ada Lovelace"],
      server: "SERVING",
      watched: "SERVING",
      unknown: "NOT_FOUND",
    });
    assert.ok(methods.includes("GetUser") && methods.includes("ListUsers"), String(methods));
  });
});
