import assert from "node:assert/strict";
import { test } from "node:test";
import { api, command, t } from "fourfold";
import { ApiError } from "../../../../src/errors/api-error.ts";
import { MessageTypes } from "../../../../src/protocols/grpc/model/shapes.ts";
import { OperationInput } from "../../../../src/protocols/grpc/operation-input.ts";
import { build, messageOf, parsed } from "./build.ts";

const part = t.object({
  note: t.string({ nullable: true }),
  mood: t.enum(["good", "bad"], { optional: true }),
  size: t.int32({ default: 7 }),
});

const model = build(
  api("x", {
    operations: [
      command("put", {
        input: {
          one: part,
          many: t.list(part),
          grid: t.list(t.list(t.string({ nullable: true }))),
          words: t.list(t.enum(["a", "b"])),
        },
        handle: () => undefined,
      }),
    ],
  }),
)[0];

/** What the handler gets of a message that protobufjs has written. */
function read(message: object): unknown {
  const [operation] = model.operations;
  assert.ok(operation !== undefined);
  const Message = parsed(model).lookupType("x.v1.PutRequest");
  const bytes = Message.encode(Message.fromObject(message)).finish();
  const request = messageOf(model, "PutRequest");
  return new OperationInput(operation.contract, request).read(
    new MessageTypes().type(request).proto.read(bytes),
  );
}

test("in objects too, absence is null or the default, and a set field is its value", () => {
  assert.deepEqual(read({ one: {}, many: [{ note: "", mood: 2, size: 0 }] }), {
    one: { note: null, mood: undefined, size: 7 },
    many: [{ note: "", mood: "bad", size: 0 }],
    grid: [],
    words: [],
  });
});

test("lists of lists, with items that are null", () => {
  const input = read({ one: {}, grid: [{ values: [{ value: "a" }, {}] }, {}] });
  assert.deepEqual((input as { grid: unknown }).grid, [["a", null], []]);
});

test("what breaks a rule is told by its place", () => {
  assert.throws(
    () => read({ one: { mood: 9 }, words: [1, 0] }),
    (error) =>
      error instanceof ApiError &&
      error.violations?.map(({ path, rule }) => `${path} ${rule}`).join() === "one.mood enum,words[1] enum",
  );
});
