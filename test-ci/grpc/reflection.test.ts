import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import {
  type DescMessage,
  equals,
  fromBinary,
  type MessageShape,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  type MethodDescriptorProto,
  MethodOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import type { Api } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import blog, { editorToken } from "../../examples/blog/api.ts";
import { protoText } from "../../src/protocols/grpc/model/proto-text.ts";
import { build } from "../../test/protocols/grpc/model/build.ts";
import { kinds } from "../../test/protocols/grpc/model/definitions.ts";
import { reflect } from "../../test/protocols/grpc/reflection/reflected.ts";
import { installation } from "../wire/installation.ts";
import { temporaryFolder, without } from "../wire/workspace.ts";
import { bufIn, installBuf } from "./suite/buf.ts";

// What is told by reflection, to programs that have no .proto.

const run = promisify(execFile);
const folder = temporaryFolder();

const grpcurl = join(folder, "grpcurl");
/** Its version, and those of what it is built with, are in grpcurl/go.mod. */
const program = "github.com/fullstorydev/grpcurl/cmd/grpcurl";
const building = ["go", ["build", "-o", grpcurl, program], join(import.meta.dirname, "grpcurl")] as const;
const withoutGrpcurl = without("go") || (await installation(building));

describe("grpcurl, without a .proto", { skip: withoutGrpcurl }, () => {
  let server: TestServer;

  before(async () => {
    server = await startTest(blog);
  });
  after(() => server.close());

  async function ask(...words: readonly string[]): Promise<string> {
    const options = words.slice(0, -1);
    const { stdout } = await run(
      grpcurl,
      ["-plaintext", ...options, `127.0.0.1:${server.port}`, ...words.slice(-1).join("").split(" ")],
      { timeout: 20_000 },
    );
    return stdout;
  }

  test("lists services and methods", async () => {
    const services = (await ask("list")).trim().split("\n");
    assert.ok(services.includes("user.UserService") && services.includes("blog.v2.PostService"));
    assert.equal(
      await ask("list user.UserService"),
      "user.UserService.GetUser\nuser.UserService.ListUsers\nuser.UserService.UpdateUser\n",
    );
  });

  test("describes every service, and all messages that they have", async () => {
    for (const service of (await ask("list")).trim().split("\n")) {
      const text = await ask(`describe ${service}`);
      assert.match(text, /^.* is a service:/);
      for (const [, message] of text.matchAll(/\( (?:stream )?\.([\w.]+) \)/g))
        assert.match(await ask(`describe ${message}`), /is a message:/);
    }
    assert.match(
      await ask("describe user.UpdateUserRequest"),
      /string user_id = 1;\n {2}string name = 2;\n {2}string email = 3;/,
    );
  });

  test("calls bound and generated methods, unary and stream, with metadata", async () => {
    const users = (await ask("user.UserService/ListUsers")).split(/(?<=^})\n/m).filter((each) => each !== "");
    assert.equal(users.length, 2);
    const { userId } = JSON.parse(users[0] ?? "");
    const changed = await ask(
      "-d",
      JSON.stringify({ user_id: userId, name: "Else" }),
      "user.UserService/UpdateUser",
    );
    assert.equal(JSON.parse(changed).name, "Else");
    const same = await ask("-d", JSON.stringify({ id: userId }), "blog.v2.UserService/GetUser");
    assert.equal(JSON.parse(same).displayName, "Else");
    const { posts } = JSON.parse(await ask("blog.v2.PostService/ListPosts"));
    const draft = posts.find((post: { readonly publishedAt?: string }) => post.publishedAt === undefined);
    const bearer = ["-H", `authorization: Bearer ${editorToken}`];
    const published = await ask(
      ...bearer,
      "-d",
      JSON.stringify({ id: draft.id }),
      "blog.v2.PostService/PublishPost",
    );
    assert.equal(typeof JSON.parse(published).publishedAt, "string");
    assert.equal(JSON.parse(await ask("grpc.health.v1.Health/Check")).status, "SERVING");
  });

  test("shows errors with their details", async () => {
    const asked = ask("-d", '{"user_id": "nobody"}', "user.UserService/GetUser");
    await assert.rejects(asked, /Code: NotFound[\s\S]*User not found/);
  });
});

const buf = bufIn(folder);
const withoutBuf = await installBuf(folder);

describe("buf", { skip: withoutBuf }, () => {
  for (const definition of [blog, kinds])
    test(`compiles the .proto of ${definition.name} to what is reflected`, async () => {
      const compiled = await compile(definition);
      await using server = await startTest(definition);
      using reflected = await reflect(server.port);
      for (const expected of compiled) {
        const [file] = await reflected.files({ file_by_filename: expected.name });
        assert.ok(file !== undefined);
        if (expected.name.startsWith("google/")) assertSameTypes(file, expected);
        else assertSame(FileDescriptorProtoSchema, file, expected);
      }
    });

  test("calls by reflection", async () => {
    await using server = await startTest(blog);
    const at = `${server.origin}/user.UserService/ListUsers`;
    const { stdout } = await run(buf, ["curl", "--protocol", "grpc", "--http2-prior-knowledge", at], {
      timeout: 20_000,
    });
    assert.match(stdout, /"name": ?"Ada Lovelace"/);
  });
});

/** The descriptors of an API's files, its bound ones and all that they import, by a compiler of others. */
async function compile(definition: Api): Promise<readonly FileDescriptorProto[]> {
  const root = join(folder, `compiled-${definition.name}`);
  for (const { file } of build(definition)) {
    await mkdir(dirname(join(root, file.path)), { recursive: true });
    await writeFile(join(root, file.path), protoText(file));
  }
  for (const { file } of definition.options.protos ?? []) await copyFile(file, join(root, "user.proto"));
  await writeFile(join(root, "buf.yaml"), "version: v2\n");
  const options = ["--as-file-descriptor-set", "--exclude-source-info", "-o", "all.binpb"];
  await run(buf, ["build", ...options], { cwd: root });
  const { file } = fromBinary(FileDescriptorSetSchema, await readFile(join(root, "all.binpb")));
  for (const { method } of file.flatMap(({ service }) => service)) method.forEach(withoutEmptyOptions);
  return file;
}

/** `rpc Get(Request) returns (Response) {}` has options, of which there are none. */
function withoutEmptyOptions(method: MethodDescriptorProto): void {
  const { options } = method;
  if (options !== undefined && toBinary(MethodOptionsSchema, options).length === 0) delete method.options;
}

function assertSame<D extends DescMessage>(
  schema: D,
  found: MessageShape<D>,
  expected: MessageShape<D>,
): void {
  // The difference is better to be seen in JSON.
  if (!equals(schema, found, expected)) assert.deepEqual(toJson(schema, found), toJson(schema, expected));
}

/** Google's files have options for other languages' compilers, and their types in an order of their own. */
function assertSameTypes(found: FileDescriptorProto, expected: FileDescriptorProto): void {
  const types = ({ messageType, enumType }: FileDescriptorProto) => {
    const named = { messageType: [...messageType].sort(byName), enumType: [...enumType].sort(byName) };
    return toJson(FileDescriptorProtoSchema, { ...found, ...named });
  };
  assert.deepEqual(types(found), types(expected));
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
