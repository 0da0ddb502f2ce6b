import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type DescFile, type DescMethodUnary } from "@bufbuild/protobuf";
import {
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { status } from "@grpc/grpc-js";
import { startTest } from "fourfold/testing";
import blog, { editorToken, User } from "../../../../examples/blog/api.ts";
import { googleFile } from "../../../../src/protocols/grpc/reflection/google-files.ts";
import { library } from "../binding/library.ts";
import { reflect } from "./reflected.ts";

const versions = ["v1", "v1alpha"] as const;

for (const version of versions) {
  test(`${version}: services are those of all versions, bound ones, health and reflection`, async () => {
    await using server = await startTest(blog);
    using all = await reflect(server.port, version);
    assert.deepEqual(await all.services(), [
      "blog.v1.PostService",
      "blog.v1.UserService",
      "blog.v2.PostService",
      "blog.v2.UserService",
      "grpc.health.v1.Health",
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection",
      "user.UserService",
    ]);
  });

  test(`${version}: every service comes with all that its file imports`, async () => {
    await using server = await startTest(blog);
    using all = await reflect(server.port, version);
    for (const service of await all.services()) {
      const registry = await all.registry(service);
      assert.ok(registry.getService(service) !== undefined, service);
    }
  });
}

test("a file is found by its path, and by every name in it", async () => {
  await using server = await startTest(library);
  using all = await reflect(server.port);
  const [byPath, ...imports] = await all.files({ file_by_filename: "library.proto" });
  assert.equal(byPath?.package, "acme.library");
  // What only options are of is not there for the server either.
  assert.deepEqual(byPath?.dependency, [
    "google/protobuf/empty.proto",
    "google/protobuf/field_mask.proto",
    "google/protobuf/timestamp.proto",
    "google/protobuf/wrappers.proto",
  ]);
  assert.deepEqual(
    imports.map(({ name }) => name),
    byPath?.dependency,
  );
  for (const symbol of [
    "acme.library.Books",
    "acme.library.Books.Fetch",
    "acme.library.Book",
    "acme.library.Book.isbn_id",
    "acme.library.Book.Publisher",
    "acme.library.Book.Publisher.city",
    "acme.library.KindsRequest.choice",
    "acme.library.Genre",
    "acme.library.GENRE_SCI",
  ])
    assert.deepEqual((await all.files({ file_containing_symbol: symbol }))[0], byPath, symbol);
  const [time] = await all.files({ file_containing_symbol: "google.protobuf.Timestamp" });
  assert.equal(time?.name, "google/protobuf/timestamp.proto");
});

test("files say what their text says: nested types, oneofs, presence, lists, options", async () => {
  await using server = await startTest(library);
  using all = await reflect(server.port);
  const registry = await all.registry("acme.library.Readers");
  const kinds = registry.getMessage("acme.library.KindsRequest");
  assert.deepEqual(
    kinds?.fields.map(({ name, jsonName, fieldKind, oneof, proto }) => [
      name,
      jsonName,
      fieldKind,
      oneof?.name,
      proto.proto3Optional,
    ]),
    [
      ["flag", "flag", "scalar", undefined, false],
      ["raw", "raw", "scalar", undefined, false],
      ["ratio", "ratio", "scalar", undefined, false],
      ["big", "big", "scalar", undefined, false],
      ["maybe", "maybe", "scalar", undefined, true],
      ["items", "items", "list", undefined, false],
      ["one", "one", "scalar", "choice", false],
      ["other", "other", "scalar", "choice", false],
    ],
  );
  assert.deepEqual(
    kinds?.nestedMessages.map(({ typeName }) => typeName),
    ["acme.library.KindsRequest.Item"],
  );
  const books = registry.getService("acme.library.Books");
  assert.deepEqual(
    books?.methods.map(({ name, methodKind, idempotency }) => [name, methodKind, idempotency]),
    [
      ["Fetch", "unary", 1],
      ["Add", "unary", 0],
      ["Change", "unary", 0],
      ["Remove", "unary", 0],
      ["Page", "unary", 0],
      ["Stream", "server_streaming", 0],
      ["Changes", "server_streaming", 0],
      ["Lend", "unary", 0],
    ],
  );
  assert.equal(registry.getMessage("acme.library.Book")?.fields.at(-1)?.deprecated, true);
  assert.equal(registry.getMessage("acme.library.Book")?.fields[5]?.fieldKind, "list");
});

test("what was reflected is enough to call: a bound service and a generated one", async () => {
  await using server = await startTest(blog);
  using all = await reflect(server.port);
  const [user] = (await server.call(User.list, { pageSize: 1 })).items;
  assert.ok(user !== undefined);
  const transport = createGrpcTransport({ baseUrl: server.origin });
  for (const [service, request] of [
    ["user.UserService", { userId: user.id }],
    ["blog.v2.UserService", { id: user.id }],
  ] as const) {
    const found = (await all.registry(service)).getService(service);
    const method = found?.methods.find(({ name }) => name === "GetUser") as DescMethodUnary;
    const message = create(method.input, request);
    const answer = await transport.unary(method, undefined, undefined, {}, message);
    assert.equal(Reflect.get(answer.message, "email"), user.email);
  }
});

test("what is not there is told within the answer, and the stream goes on", async () => {
  await using server = await startTest(blog);
  using all = await reflect(server.port);
  const missing = [
    { file_by_filename: "nothing.proto" },
    { file_containing_symbol: "blog.v1.Nobody" },
    { file_containing_extension: { containing_type: "blog.v1.User", extension_number: 5 } },
    { all_extension_numbers_of_type: "blog.v1.Nobody" },
  ];
  for (const request of missing) {
    const { error_response, original_request } = await all.ask({ host: "h", ...request });
    assert.equal(Reflect.get(Object(error_response), "error_code"), status.NOT_FOUND);
    assert.equal(Reflect.get(Object(original_request), "host"), "h");
  }
  const { all_extension_numbers_response: none } = await all.ask({
    all_extension_numbers_of_type: "blog.v1.User",
  });
  assert.deepEqual(none, { base_type_name: "blog.v1.User" });
  await assert.rejects(all.ask({ host: "h" }), /^Error: 3: /);
});

test("it can be switched off, and be for some callers only", async () => {
  await using off = await startTest(blog, { grpc: { reflection: false } });
  using none = await reflect(off.port);
  await assert.rejects(none.services(), new RegExp(`^Error: ${status.UNIMPLEMENTED}: `));
  const editors = (caller: { readonly roles: readonly string[] } | null): boolean =>
    caller?.roles.includes("editor") ?? false;
  await using some = await startTest(blog, { grpc: { reflection: editors } });
  using stranger = await reflect(some.port);
  await assert.rejects(stranger.services(), new RegExp(`^Error: ${status.UNAUTHENTICATED}: `));
  using editor = await reflect(some.port, "v1", { authorization: `Bearer ${editorToken}` });
  assert.equal((await editor.services()).length, 8);
  await using nobody = await startTest(blog, { grpc: { reflection: () => false } });
  using refused = await reflect(nobody.port, "v1", { authorization: `Bearer ${editorToken}` });
  await assert.rejects(refused.services(), new RegExp(`^Error: ${status.PERMISSION_DENIED}: `));
});

test("a server that stops ends it", async () => {
  const server = await startTest(blog);
  using all = await reflect(server.port);
  await all.services();
  const closed = server.server.close("drain");
  assert.equal((await all.stream.end).code, status.UNAVAILABLE);
  await closed;
});

const google: readonly DescFile[] = [
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
];

test("Google's files are as Google has them", () => {
  for (const { name, messages, enums } of google) {
    const file = googleFile(`${name}.proto`);
    assert.deepEqual(
      file?.messages
        .map(
          ({ fullName, fields }) =>
            [
              fullName,
              fields.map((field) => [field.name, field.jsonName, field.number, field.oneof]),
            ] as const,
        )
        .sort(),
      messages
        .map(
          ({ typeName, fields }) =>
            [
              typeName,
              fields.map((field) => [field.name, field.jsonName, field.number, field.oneof?.name]),
            ] as const,
        )
        .sort(),
      name,
    );
    assert.deepEqual(
      file?.enums.map(({ fullName }) => fullName),
      enums.map(({ typeName }) => typeName),
    );
  }
});
