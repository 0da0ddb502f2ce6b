import assert from "node:assert/strict";
import { test } from "node:test";
import { toResponseField } from "../../src/invoke/response-fields.ts";

test("names that are an application's own, in lower case, and values as they are", () => {
  for (const name of ["x-total", "X-Total", "link", "set-cookie", "server-timing", "a", "b_c.d-1"])
    assert.deepEqual(toResponseField(name, 'a b;c="d"'), [name.toLowerCase(), 'a b;c="d"']);
  assert.deepEqual(toResponseField("x-empty", ""), ["x-empty", ""]);
});

test("names that nobody may state, each with what is wrong and the mend", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ...["", " ", "x total", "é", ":path", "1x", "x\r\ny", "-x", "x".repeat(101)].map(
      (name) => [name, /is no name\. Write a letter/] as const,
    ),
    ...[
      "Content-Length",
      "connection",
      "TE",
      "transfer-encoding",
      "content-type",
      "etag",
      "date",
      "x-request-id",
    ].map((name) => [name, /is the framework's\. Take a name of your own/] as const),
    ...["grpc-status", "access-control-allow-origin", "RateLimit-Policy", "trailer-x", "connect-x"].map(
      (name) => [name, /is the framework's\. Take a name of your own/] as const,
    ),
    ["cache-control", /is the framework's\. Use `cache` of the operation/],
    ["retry-after", /is the framework's\. Use `retryAfter` of an error/],
    ["x-bin", /would be binary to gRPC\. Take a name that does not end in -bin/],
  ];
  for (const [name, message] of cases) assert.throws(() => toResponseField(name, "1"), message, name);
});

test("values that some protocol could not send", () => {
  for (const value of [" a", "a ", "a\nb", "a\r\nset-cookie: b", "é", "\t", "\0", "x".repeat(8_193)])
    assert.throws(
      () => toResponseField("x-total", value),
      /"x-total" has a value that cannot be sent\. State text/,
    );
  assert.throws(() => toResponseField("x-total", JSON.parse("1")), /cannot be sent/);
});
