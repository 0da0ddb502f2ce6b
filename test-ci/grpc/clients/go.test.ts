import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe } from "node:test";
import { promisify } from "node:util";
import { installation } from "../../wire/installation.ts";
import { temporaryFolder, without } from "../../wire/workspace.ts";
import { bufIn, installBuf } from "../suite/buf.ts";
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
