import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { type Api, api, type Fields, resource, t } from "fourfold";
import blog from "../../examples/blog/api.ts";
import type { PackageLock } from "../../src/protocols/grpc/model/package-lock.ts";
import { protoText } from "../../src/protocols/grpc/model/proto-text.ts";
import { build } from "../../test/protocols/grpc/model/build.ts";
import { kinds } from "../../test/protocols/grpc/model/definitions.ts";
import { installation } from "../wire/installation.ts";
import { temporaryFolder, without } from "../wire/workspace.ts";
import { bufIn, installBuf } from "./suite/buf.ts";

// What other people's compilers and linters say of the .proto files that are written.

const run = promisify(execFile);
const folder = temporaryFolder();

/** The files of an API in a folder of their own, and the numbers that they have. */
async function write(name: string, definition: Api, lock: Readonly<Record<string, PackageLock>> = {}) {
  const root = join(folder, name);
  const models = build(definition, lock);
  for (const { file } of models) {
    await mkdir(dirname(join(root, file.path)), { recursive: true });
    await writeFile(join(root, file.path), protoText(file));
  }
  await writeFile(join(root, "buf.yaml"), settings);
  const paths = models.map(({ file }) => file.path);
  const next = Object.fromEntries(models.map(({ file, numbering }) => [file.package, numbering.toLock()]));
  return { root, paths, lock: next };
}

/**
 * Two rules are not ours, since the AIPs have it otherwise: a method that gets, creates or changes a row answers the row itself
 * (AIP-131, 133, 134), and so do several of them; one that deletes answers google.protobuf.Empty (AIP-135).
 */
const settings = `version: v2
lint:
  use: [STANDARD]
  except: [RPC_RESPONSE_STANDARD_NAME, RPC_REQUEST_RESPONSE_UNIQUE]
breaking:
  use: [WIRE]
`;

const buf = bufIn(folder);
const withoutBuf = await installBuf(folder);

const python = join(folder, "venv", "bin", "python");
const withoutProtoc =
  without("python3") ||
  (await installation(
    ["python3", ["-m", "venv", join(folder, "venv")], folder],
    [python, ["-m", "pip", "install", "--quiet", "--retries", "1", "grpcio-tools==1.85.1"], folder],
  ));

describe("buf", { skip: withoutBuf }, () => {
  for (const definition of [blog, kinds])
    test(`builds, lints and formats the .proto of ${definition.name} without a word`, async () => {
      const { root } = await write(`buf-${definition.name}`, definition);
      for (const command of [["build"], ["lint"], ["format", "--diff", "--exit-code"]]) {
        const { stdout, stderr } = await run(buf, command, { cwd: root });
        assert.equal(`${stdout}${stderr}`, "", command.join(" "));
      }
    });

  const first = thing({
    name: t.string(),
    size: t.int32(),
    state: t.enum(["on", "off"]),
    at: t.object({ x: t.int32() }),
  });
  const second = thing({
    note: t.string(),
    at: t.object({ y: t.int32(), x: t.int32() }),
    state: t.enum(["idle", "on"]),
    title: t.string({ formerly: "name" }),
  });

  test("breaks nothing on the wire with a lock, and does without", async () => {
    const before = await write("before", first);
    const after = await write("after", second, before.lock);
    await run(buf, ["breaking", "--against", before.root], { cwd: after.root });
    const unlocked = await write("unlocked", second);
    const told = await run(buf, ["breaking", "--against", before.root], { cwd: unlocked.root }).then(
      () => "nothing",
      ({ stdout }) => String(stdout),
    );
    assert.match(told, /changed type/);
  });
});

describe("protoc", { skip: withoutProtoc }, () => {
  for (const definition of [blog, kinds])
    test(`compiles the .proto of ${definition.name} without a warning`, async () => {
      const { root, paths } = await write(`protoc-${definition.name}`, definition);
      const args = ["-m", "grpc_tools.protoc", "-I.", "--python_out=.", "--descriptor_set_out=set", ...paths];
      const { stdout, stderr } = await run(python, args, { cwd: root });
      assert.equal(`${stdout}${stderr}`, "");
    });

  test("what is told as a mistake is what it would not compile", async () => {
    const root = join(folder, "collisions");
    await mkdir(root);
    const values = ["E_UNSPECIFIED = 0", "E_A_1 = 1", "E_A1 = 2"].map((value) => `  ${value};`).join("\n");
    await writeFile(join(root, "a.proto"), `syntax = "proto3";\nenum E {\n${values}\n}\n`);
    const args = ["-m", "grpc_tools.protoc", "-I.", "--descriptor_set_out=set", "a.proto"];
    await assert.rejects(run(python, args, { cwd: root }), /E_A1.*same name/);
  });
});

function thing(fields: Fields): Api {
  return api("things", { resources: [resource("Thing", { fields: { id: t.id(), ...fields } })] });
}
