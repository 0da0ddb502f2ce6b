import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ApiError } from "../../../../src/errors/api-error.ts";
import { frameworkError } from "../../../../src/errors/codes.ts";
import { MessageCompiler } from "../../../../src/protocols/grpc/protobuf/message-codec.ts";
import { type FieldShape, MessageShape } from "../../../../src/protocols/grpc/protobuf/message-shape.ts";
import { decodeBinary, encodeBinary } from "../../../../src/protocols/grpc/wire/metadata.ts";
import { encodeRichStatus, statusCode } from "../../../../src/protocols/grpc/wire/rich-status.ts";
import { encodeStatusMessage } from "../../../../src/protocols/grpc/wire/status-message.ts";
import { parseTimeout } from "../../../../src/protocols/grpc/wire/timeout.ts";

test("grpc-timeout", () => {
  const valid = { "1H": 3_600_000, "2M": 120_000, "3S": 3000, "99999999m": 99_999_999, "5u": 0.005, "0n": 0 };
  for (const [text, milliseconds] of Object.entries(valid))
    assert.equal(parseTimeout(text), milliseconds, text);
  for (const text of ["", "1", "S", "1 S", "-1S", "1.5S", "123456789S", "1h", "1s"])
    assert.equal(parseTimeout(text), null, text);
});

test("grpc-message is percent-encoded UTF-8", () => {
  assert.equal(encodeStatusMessage("plain & simple"), "plain & simple");
  assert.equal(encodeStatusMessage("100 % é\n"), "100 %25 %C3%A9%0A");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const encoded = encodeStatusMessage(text);
      assert.match(encoded, /^[ -~]*$/);
      assert.equal(decodeURIComponent(encoded), text);
    }),
  );
});

test("binary metadata", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.deepEqual(
        decodeBinary(encodeBinary(bytes))?.map((value) => [...value]),
        [[...bytes]],
      );
    }),
  );
  assert.deepEqual(
    decodeBinary("AQ==, Ag")?.map((value) => [...value]),
    [[1], [2]],
  );
  for (const text of ["A", "AQ=A", "A Q", "é"]) assert.equal(decodeBinary(text), null, text);
});

const text = (name: string, number: number): FieldShape => ({
  name,
  number,
  type: "string",
  cardinality: "implicit",
});

test("details: the code, every violated field, and when to come again", () => {
  const error = new ApiError("INVALID_INPUT", "invalid_argument", "email: is required", {
    violations: [
      { path: "email", rule: "required", message: "is required", mend: "Send email" },
      { path: "name", rule: "minLength", message: "is too short", mend: "Send at least 1 character" },
    ],
    details: { attempts: 3 },
    retryAfter: 1.5,
  });
  assert.equal(statusCode(error), 3);
  // Read by shapes of their own, as error_details.proto has them.
  const any = new MessageShape("Any", [
    text("url", 1),
    { name: "value", number: 2, type: "bytes", cardinality: "implicit" },
  ]);
  const status = new MessageShape("Status", [
    { name: "code", number: 1, type: "int32", cardinality: "implicit" },
    text("message", 2),
    { name: "details", number: 3, type: any, cardinality: "expanded" },
  ]);
  const read = (shape: MessageShape, bytes: Uint8Array) => new MessageCompiler().codec(shape).decode(bytes);
  const { code, message, details } = read(
    status,
    encodeRichStatus(error, { domain: "blog", resource: null }, 4096),
  );
  assert.deepEqual({ code, message }, { code: 3, message: "email: is required" });
  const [info, request, retry, ...more] = details as { url: string; value: Uint8Array }[];
  assert.deepEqual(more, []);
  assert.equal(info?.url, "type.googleapis.com/google.rpc.ErrorInfo");
  const infoShape = new MessageShape("ErrorInfo", [
    text("reason", 1),
    text("domain", 2),
    { name: "metadata", number: 3, type: "string", key: "string", cardinality: "map" },
  ]);
  assert.deepEqual(read(infoShape, info?.value ?? new Uint8Array()), {
    reason: "INVALID_INPUT",
    domain: "blog",
    metadata: new Map([["attempts", "3"]]),
  });
  assert.equal(request?.url, "type.googleapis.com/google.rpc.BadRequest");
  const violation = new MessageShape("FieldViolation", [
    text("field", 1),
    text("description", 2),
    text("reason", 3),
  ]);
  const requestShape = new MessageShape("BadRequest", [
    { name: "violations", number: 1, type: violation, cardinality: "expanded" },
  ]);
  assert.deepEqual(read(requestShape, request?.value ?? new Uint8Array())["violations"], [
    { field: "email", description: "is required. Send email", reason: "required" },
    { field: "name", description: "is too short. Send at least 1 character", reason: "minLength" },
  ]);
  assert.equal(retry?.url, "type.googleapis.com/google.rpc.RetryInfo");
  assert.deepEqual([...(retry?.value ?? [])], [0x0a, 8, 8, 1, 0x10, 0x80, 0xca, 0xb5, 0xee, 1]);
  assert.equal(statusCode(frameworkError("NOT_FOUND")), 5);
});
