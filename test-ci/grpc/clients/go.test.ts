import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";
import { installation } from "../../wire/installation.ts";
import { temporaryFolder, without } from "../../wire/workspace.ts";
import { bufIn, installBuf } from "../suite/buf.ts";
import { blogServices, startBlog } from "./blog-process.ts";
import type { ClientKind } from "./client.ts";
import { grpcurl } from "./grpcurl.ts";
import { holdToAll, prepareTrial, type Trial } from "./held.ts";
import { argumentsOf, startClient } from "./process-client.ts";

/** grpc-go pings no more often. */
const KEEPALIVE_MS = 10_000;
const goModule = "fourfold/test-ci/grpc/clients/go";
const packages = ["trial", "user"].map((name) => `M${name}.proto=${goModule}/${name}pb`);

const run = promisify(execFile);
const folder = temporaryFolder();
const module = join(folder, "go");
await cp(join(import.meta.dirname, "go"), module, { recursive: true });
const plugins = [
  ["protoc-gen-go", "google.golang.org/protobuf/cmd/protoc-gen-go"],
  ["protoc-gen-go-grpc", "google.golang.org/grpc/cmd/protoc-gen-go-grpc"],
] as const;
const programs = [...plugins, ["grpcurl", "github.com/fullstorydev/grpcurl/cmd/grpcurl"]] as const;
const builds = programs.map(
  ([name, program]) => ["go", ["build", "-o", join(folder, name), program], module] as const,
);
const skip = without("go", "openssl") || (await installBuf(folder)) || (await installation(...builds));

/** grpc-go, by the code that its plugins make of the .proto. */
const grpcGo: ClientKind = {
  name: "grpc-go",
  format: "proto",
  keepsConnection: true,
  endsBeforeItResets: false,
  keepaliveMs: KEEPALIVE_MS,
  lacks: {},
  connect: async (target) => startClient(join(folder, "client"), argumentsOf(target, KEEPALIVE_MS), folder),
};

describe("Go's clients", { skip, concurrency: true }, () => {
  let trial: Trial;

  before(async () => {
    trial = await prepareTrial(folder);
    await generate(trial.protos);
    await run("go", ["build", "-o", join(folder, "client"), "."], { cwd: module });
  });

  holdToAll(grpcGo, () => trial);
  holdToAll(grpcurl(join(folder, "grpcurl")), () => trial);

  test("grpcurl needs no .proto: it lists, describes and calls by reflection", async () => {
    const server = await startBlog(trial);
    const at = `localhost:${server.port}`;
    const ask = async (...args: readonly string[]): Promise<string> => {
      const { stdout } = await run(join(folder, "grpcurl"), ["-plaintext", ...args], { timeout: 20_000 });
      return stdout.trim();
    };
    assert.deepEqual((await ask(at, "list")).split("\n"), blogServices);
    assert.match(await ask(at, "describe", "user.UserService"), /ListUsers \(.*\) returns \( stream /);
    assert.match(await ask(at, "describe", "blog.v1.User"), /string email = 3;/);
    const users = JSON.parse(await ask("-d", '{"page_size": 1}', at, "blog.v1.UserService/ListUsers"));
    assert.equal(users.users[0].name, "Ada Lovelace");
    assert.match(await ask(at, "user.UserService/ListUsers"), /"email": "grace@example\.com"/);
    await server.stop();
  });

  test("Go's health client checks, lists, and watches until the server stops", async () => {
    await run("go", ["build", "-o", join(folder, "health"), "./health"], { cwd: module });
    const server = await startBlog(trial);
    const client = spawn(join(folder, "health"), [`localhost:${server.port}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface(client.stdout)[Symbol.asyncIterator]();
    const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
    const services = ["", ...blogServices.filter((name) => !name.startsWith("grpc."))];
    const serving = { server: "SERVING", watched: "SERVING", unknown: "NotFound", services };
    assert.deepEqual(await next(), serving);
    const stopped = server.stop();
    assert.deepEqual(await next(), { watched: "NOT_SERVING" });
    assert.deepEqual(await next(), { ended: "Unavailable" });
    await stopped;
  });
});

async function generate(protos: string): Promise<void> {
  const made = plugins.map(([name]) => ({
    local: join(folder, name),
    out: module,
    opt: [...packages, `module=${goModule}`],
  }));
  const template = join(folder, "buf.gen.yaml");
  // JSON is YAML.
  await writeFile(template, JSON.stringify({ version: "v2", plugins: made }));
  await run(
    bufIn(folder),
    ["generate", "--template", template, "--path", "trial.proto", "--path", "user.proto"],
    { cwd: protos },
  );
}
