import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { type Api, api, channel, resource, signedIn, subscription, t, version } from "fourfold";
import { startTest } from "fourfold/testing";
import blog from "../../../examples/blog/api.ts";
import type { JsonObject, JsonValue } from "../../../src/base/json.ts";
import { compileApi } from "../../../src/plan/compile.ts";
import { describeAsyncApi } from "../../../src/protocols/websocket/describe/asyncapi.ts";
import { zoo } from "../../wire/zoo.ts";
import { library } from "../rest/describe-fixture.ts";
import { AsyncApiDocument } from "./asyncapi-document.ts";

const Note = resource("Note", { fields: { id: t.id(), text: t.string() } });
const chat = api("chat", {
  resources: [Note],
  operations: [
    subscription("upload", {
      messages: { text: t.string() },
      output: t.int32(),
      async *handle() {
        yield 1;
      },
    }),
  ],
  channels: [
    channel("/ws", { message: t.text(), description: "For all." }),
    channel("/rpc-log", { message: t.text() }),
    channel("/rooms/{id}/{partTwo}", {
      message: t.object({ text: t.string({ maxLength: 20 }) }),
      sends: t.object({ text: t.string(), at: t.timestamp({ optional: true }) }),
      presence: true,
      history: 10,
      slow: "drop-oldest",
      allow: signedIn,
      receive: () => undefined,
    }),
  ],
  authenticate: () => null,
  versions: [version("1", { renamed: [[Note.fields.text, "body"]] }), version("2")],
});

const schema: JsonObject = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve("@asyncapi/specs/schemas/3.0.0-without-$id.json"),
    "utf8",
  ),
);
const ajv = new Ajv({ strict: false, logger: false, allErrors: true });
addFormats.default(ajv);
const isAsyncApi = ajv.compile(schema);

function documentsOf(definition: Api): readonly AsyncApiDocument[] {
  const plan = compileApi(definition);
  return plan.versions.map((each) => new AsyncApiDocument(describeAsyncApi({ plan, version: each })));
}

for (const definition of [blog, zoo, library, chat]) {
  test(`${definition.name}: the document of each version is AsyncAPI 3 by its own schema`, () => {
    const documents = documentsOf(definition);
    assert.ok(documents.length >= 2);
    for (const { root } of documents)
      assert.ok(isAsyncApi(root), JSON.stringify(isAsyncApi.errors?.slice(0, 5), null, 1));
  });

  test(`${definition.name}: every reference leads somewhere`, () => {
    for (const document of documentsOf(definition)) {
      let count = 0;
      for (const reference of referencesIn(document.root)) {
        document.resolve(reference);
        count++;
      }
      assert.ok(count > 40);
    }
  });
}

test("what is no AsyncAPI is none by that schema", () => {
  const [{ root } = assert.fail()] = documentsOf(blog);
  for (const broken of [{ channels: 5 }, { operations: { a: { action: "shout" } } }, { servers: { ws: {} } }])
    assert.equal(isAsyncApi({ ...root, ...broken }), false);
});

test("every operation is called and answered, and the blog's lobby is a channel", () => {
  const plan = compileApi(blog);
  const [first, second] = documentsOf(blog);
  assert.ok(first !== undefined && second !== undefined);
  for (const { plan: operation } of plan.today.contracts) {
    const isStream = operation.operation.sort === "subscription";
    assert.deepEqual(first.messagesOf(operation.id), [`#/channels/rpc/messages/${operation.id}`]);
    assert.deepEqual(first.repliesOf(operation.id), [
      `#/channels/rpc/messages/${operation.id}.${isStream ? "opened" : "result"}`,
      `#/channels/rpc/messages/${operation.id}.error`,
    ]);
    if (isStream)
      assert.deepEqual(first.messagesOf(`${operation.id}.stream`), [
        `#/channels/rpc/messages/${operation.id}.next`,
        "#/channels/rpc/messages/rpc-complete",
        "#/channels/rpc/messages/rpc-broken",
      ]);
  }
  assert.equal(first.at("channels", "rpc")["address"], "/api/v1/rpc");
  assert.equal(second.at("channels", "rpc")["address"], "/api/v2/rpc");
  assert.ok("name" in first.at("components", "schemas", "User", "properties"));
  assert.ok("displayName" in second.at("components", "schemas", "User", "properties"));
  assert.equal(first.at("channels", "ws")["address"], "/ws");
  assert.equal(first.at("channels", "ws", "messages", "received")["contentType"], "text/plain");
});

test("channels have their parameters, and all that they send", () => {
  const [first] = documentsOf(chat);
  assert.ok(first !== undefined);
  assert.deepEqual(Object.keys(first.at("channels")), ["rpc", "ws", "rpc-log", "rooms-id-partTwo"]);
  const room = first.at("channels", "rooms-id-partTwo");
  assert.deepEqual(Object.keys(first.at("channels", "rooms-id-partTwo", "parameters")), ["id", "partTwo"]);
  assert.equal(room["address"], "/rooms/{id}/{partTwo}");
  assert.match(String(room["description"]), /last 10 messages.*signedIn/s);
  assert.deepEqual(Object.keys(first.at("channels", "rooms-id-partTwo", "messages")), [
    "received",
    "message",
    "here",
    "joined",
    "left",
    "missed",
    "error",
  ]);
  const [message = ""] = first.messagesOf("rooms-id-partTwo-send");
  assert.deepEqual(
    [{ text: "a" }, { text: 5 }, { text: "a", at: "yesterday" }].map((each) =>
      first.fits(message, { type: "message", message: each }),
    ),
    [true, false, false],
  );
  // What takes many messages cannot be called, so it is not there.
  assert.ok(!("upload" in first.at("operations")));
  assert.deepEqual(first.at("operations", "rooms-id-partTwo-receive")["security"], [
    { $ref: "#/components/securitySchemes/bearer" },
  ]);
});

test("the same plan gives the same text", () => {
  const texts = [1, 2].map(() => JSON.stringify(documentsOf(zoo).map(({ root }) => root)));
  assert.equal(texts[0], texts[1]);
});

test("it is served for each version, under its registered type", async () => {
  await using served = await startTest(blog);
  const documents = documentsOf(blog).map(({ root }) => root);
  const [first, second] = documents;
  for (const [line, versioned, expected] of [
    ["GET /asyncapi.json", null, first],
    ["GET /asyncapi.json", "2", second],
    ["GET /api/v1/asyncapi.json", null, first],
    ["GET /api/v2/asyncapi.json", null, second],
  ] as const) {
    const answer = await served.request(line, versioned === null ? {} : { version: versioned });
    assert.equal(answer.headers["content-type"], "application/vnd.aai.asyncapi+json;version=3.0.0");
    assert.equal(answer.headers["vary"], "api-version");
    assert.deepEqual(answer.json, expected);
  }
});

function* referencesIn(value: JsonValue): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, child] of Object.entries(value)) {
    if (name === "$ref" && typeof child === "string") yield child;
    else yield* referencesIn(child);
  }
}
