import assert from "node:assert/strict";
import { test } from "node:test";
import {
  create,
  createFileRegistry,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  type DescService,
} from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { status } from "@grpc/grpc-js";
import { api, type Database } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import blog, { User } from "../../../../examples/blog/api.ts";
import { GrpcJs, type Message } from "../streams/grpc-js.ts";
import { definitionsOf } from "./definitions.ts";

// examples/blog/user.proto is a contract that clients had already: its text is theirs, and nothing of it is generated here.
const file = new URL("../../../../examples/blog/user.proto", import.meta.url);

interface Rig extends AsyncDisposable {
  readonly server: TestServer;
  readonly client: GrpcJs;
}

/** `rows`: how many users there are, in place of the example's, with names of `width` characters. */
async function rig(rows = 0, width = 0): Promise<Rig> {
  const definitions = await definitionsOf(file);
  const definition =
    rows === 0 ? blog : api("blog", { ...blog.options, seed: (db) => fill(db, rows, width) });
  const server = await startTest(definition);
  const client = new GrpcJs(server.port, "user", definitions);
  const close = async (): Promise<void> => {
    client.close();
    await server.close();
  };
  return { server, client, [Symbol.asyncDispose]: close };
}

async function fill(db: Database, rows: number, width: number): Promise<void> {
  const batch = 100;
  for (let first = 0; first < rows; first += batch) {
    const users = Array.from({ length: Math.min(batch, rows - first) }, (_, index) => nameOf(first + index));
    await Promise.all(
      users.map((displayName) =>
        db(User).create({
          displayName: displayName.padEnd(width, " x"),
          email: `${displayName}@example.com`,
        }),
      ),
    );
  }
}

function nameOf(index: number): string {
  return `user${index}`;
}

async function firstUser(client: GrpcJs): Promise<Message> {
  const stream = client.server("UserService/ListUsers", {});
  const user = await stream.next();
  stream.call.cancel();
  assert.ok(user !== null);
  return user;
}

test("@grpc/grpc-js: one user, and all of them", async () => {
  await using all = await rig();
  const users = await all.client.server("UserService/ListUsers", {}).all();
  assert.deepEqual(
    users.map(({ name, email }) => [name, email]),
    [
      ["Ada Lovelace", "ada@example.com"],
      ["Grace Hopper", "grace@example.com"],
    ],
  );
  const [ada] = users;
  const { answer } = await all.client.unary("UserService/GetUser", { user_id: ada?.["user_id"] });
  assert.deepEqual(answer, ada);
});

test("an empty name or e-mail leaves the field as it was", async () => {
  await using all = await rig();
  const { user_id, name, email } = await firstUser(all.client);
  const update = async (changes: Message): Promise<Message | null> =>
    (await all.client.unary("UserService/UpdateUser", { user_id, ...changes })).answer;
  assert.deepEqual(await update({ name: "Ada King" }), { user_id, name: "Ada King", email });
  assert.deepEqual(await update({ name: "", email: "king@example.com" }), {
    user_id,
    name: "Ada King",
    email: "king@example.com",
  });
  assert.deepEqual(await update({}), { user_id, name: "Ada King", email: "king@example.com" });
  const row = await all.server.call(User.get, { id: String(user_id) });
  assert.equal(row.displayName, "Ada King");
  // The other contracts show it at once, the cached ones too.
  const { json } = await all.server.request(`GET /users/${user_id}`);
  assert.deepEqual(json, { id: user_id, name: "Ada King", email: "king@example.com" });
  assert.notEqual(name, "Ada King");
});

test("errors have the details that they have everywhere, in the words of the .proto", async () => {
  await using all = await rig();
  const { user_id } = await firstUser(all.client);
  const broken = await all.client.unary("UserService/UpdateUser", {
    user_id,
    name: "x".repeat(201),
    email: "nobody",
  });
  assert.equal(broken.end.code, status.INVALID_ARGUMENT);
  assert.equal(broken.end.details?.reason, "INVALID_INPUT");
  assert.deepEqual(broken.end.details?.violations, [
    { path: "name", rule: "maxLength" },
    { path: "email", rule: "format" },
  ]);
  const taken = await all.client.unary("UserService/UpdateUser", { user_id, email: "grace@example.com" });
  assert.equal(taken.end.code, status.ALREADY_EXISTS);
  assert.equal(taken.end.details?.reason, "EMAIL_TAKEN");
  const none = await all.client.unary("UserService/GetUser", { user_id: "no such" });
  assert.equal(none.end.code, status.NOT_FOUND);
  assert.equal(none.end.details?.reason, "USER_NOT_FOUND");
  const empty = await all.client.unary("UserService/GetUser", {});
  assert.equal(empty.end.code, status.INVALID_ARGUMENT);
  assert.equal(empty.end.details?.violations?.[0]?.path, "user_id");
  assert.match(empty.end.message, /^user_id: /);
});

test("a stream has every row, in order", async () => {
  await using all = await rig(2345);
  const users = await all.client.server("UserService/ListUsers", {}).all();
  assert.deepEqual(
    users.map(({ name }) => name).sort(),
    Array.from({ length: 2345 }, (_, index) => nameOf(index)).sort(),
  );
  const ids = users.map(({ user_id }) => String(user_id));
  assert.deepEqual(ids, [...ids].sort());
});

test("who reads slowly has no pages read ahead", async () => {
  await using all = await rig(1500, 199);
  const stream = all.client.server("UserService/ListUsers", {});
  const first = await stream.next();
  assert.ok(first !== null);
  stream.call.pause();
  // The first pages are on their way. Of those that are not, a change is seen.
  const last = (await all.server.call(User.list, { pageSize: 1, orderBy: "id desc" })).items[0];
  assert.ok(last !== undefined);
  await all.server.call(User.update, { id: last.id, displayName: "Changed" });
  const rest = await stream.all();
  assert.equal(rest.length, 1499);
  assert.equal(rest.at(-1)?.["name"], "Changed");
});

test("who leaves ends the stream", async () => {
  await using all = await rig(500);
  const stream = all.client.server("UserService/ListUsers", {});
  await stream.next();
  stream.call.cancel();
  assert.equal((await stream.end).code, status.CANCELLED);
});

const transports: readonly (readonly [string, (baseUrl: string) => Transport])[] = [
  ["gRPC", (baseUrl) => createGrpcTransport({ baseUrl })],
  ["gRPC-Web", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
  ["Connect", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
  [
    "Connect in JSON",
    (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2", useBinaryFormat: false }),
  ],
];

/** The service as @bufbuild/protobuf has it. */
function service(): DescService {
  const message = (name: string, ...fields: string[]): DescriptorProto =>
    create(DescriptorProtoSchema, {
      name,
      field: fields.map((each, index) => ({
        name: each,
        jsonName: each === "user_id" ? "userId" : each,
        number: index + 1,
        label: FieldDescriptorProto_Label.OPTIONAL,
        type: FieldDescriptorProto_Type.STRING,
      })),
    });
  const method = (name: string, input: string, serverStreaming = false) => ({
    name,
    inputType: `.user.${input}`,
    outputType: ".user.UserResponse",
    serverStreaming,
  });
  const proto = create(FileDescriptorProtoSchema, {
    name: "user.proto",
    package: "user",
    syntax: "proto3",
    messageType: [
      message("UserRequest", "user_id"),
      message("ListUsersRequest"),
      message("UpdateUserRequest", "user_id", "name", "email"),
      message("UserResponse", "user_id", "name", "email"),
    ],
    service: [
      {
        name: "UserService",
        method: [
          method("GetUser", "UserRequest"),
          method("ListUsers", "ListUsersRequest", true),
          method("UpdateUser", "UpdateUserRequest"),
        ],
      },
    ],
  });
  const set = create(FileDescriptorSetSchema, { file: [proto] });
  const found = createFileRegistry(set).getService("user.UserService");
  assert.ok(found !== undefined);
  return found;
}

for (const [name, transportTo] of transports)
  test(`@connectrpc/connect-node, ${name}: one user, all of them, a change, an error`, async () => {
    await using all = await rig(600);
    const { methods } = service();
    const client = transportTo(all.server.origin);
    const find = (wanted: string): DescMethod | undefined => methods.find((each) => each.name === wanted);
    const unary = async (wanted: string, message: Record<string, unknown>): Promise<Message> => {
      const method = find(wanted) as DescMethodUnary;
      return { ...(await client.unary(method, undefined, undefined, {}, message)).message };
    };
    const list = find("ListUsers") as DescMethodStreaming;
    const users: Message[] = [];
    async function* asked() {
      yield {};
    }
    for await (const user of (await client.stream(list, undefined, undefined, {}, asked())).message)
      users.push({ ...user });
    assert.equal(users.length, 600);
    const [first] = users;
    const userId = first?.["userId"];
    assert.deepEqual(await unary("GetUser", { userId }), first);
    const { name: renamed, email } = await unary("UpdateUser", { userId, name: "Else" });
    assert.deepEqual([renamed, email], ["Else", first?.["email"]]);
    await assert.rejects(unary("UpdateUser", { userId, email: "nobody" }), (thrown) => {
      return ConnectError.from(thrown).code === Code.InvalidArgument;
    });
  });
