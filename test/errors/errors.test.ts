import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ApiError, error, t } from "fourfold";
import { type FrameworkCode, frameworkError, frameworkErrors } from "../../src/errors/codes.ts";
import { fromUnknown } from "../../src/errors/from-unknown.ts";
import { errorKinds } from "../../src/errors/kinds.ts";

test("the table of kinds has gRPC's canonical codes, each once", () => {
  const rows = Object.values(errorKinds);
  assert.deepEqual(
    rows.map(({ grpc }) => grpc),
    Array.from({ length: 16 }, (_, index) => index + 1),
  );
  for (const { http, message } of rows) {
    assert.ok(http >= 400 && http <= 599);
    assert.ok(message.length > 0);
  }
});

test("fourfold's own codes are of a kind, of the same class of status", () => {
  for (const [code, { kind, http, message }] of Object.entries(frameworkErrors)) {
    assert.match(code, /^[A-Z][A-Z_]{1,61}[A-Z]$/);
    assert.ok(kind in errorKinds);
    assert.ok(message.length > 0);
    const made = frameworkError(code as FrameworkCode);
    assert.deepEqual([made.code, made.kind, made.http, made.message], [code, kind, http, message]);
  }
});

test("details are JSON: instants, large integers, octets", () => {
  const Full = error("FULL", {
    kind: "resource_exhausted",
    details: { since: t.timestamp(), count: t.int64(), octets: t.bytes(), list: t.list(t.int64()) },
  });
  const made = Full({
    since: new Date(0),
    count: 9007199254740993n,
    octets: new Uint8Array([1, 2]),
    list: [1n],
  });
  assert.deepEqual(made.details, {
    since: "1970-01-01T00:00:00.000Z",
    count: "9007199254740993",
    octets: "AQI=",
    list: ["1"],
  });
  assert.deepEqual([made.code, made.kind, made.http, made.id], ["FULL", "resource_exhausted", 429, null]);
  assert.ok(made instanceof ApiError && made instanceof Error);
});

test("a status that tells of no error is not taken", () => {
  for (const http of [0, 200, 399, 600, 99999, 404.5, Number.NaN])
    assert.equal(new ApiError("X", "not_found", "x", { http }).http, 404);
  assert.equal(new ApiError("X", "not_found", "x", { http: 410 }).http, 410);
});

test("anything that is thrown becomes internal under an id, once; an ApiError stays what it is", () => {
  fc.assert(
    fc.property(fc.anything(), (thrown) => {
      const reported: unknown[] = [];
      const made = fromUnknown(
        thrown,
        () => "id-1",
        (id, what) => reported.push([id, what]),
      );
      assert.deepEqual(
        [made.code, made.kind, made.http, made.id, made.message],
        ["INTERNAL", "internal", 500, "id-1", "Internal error"],
      );
      assert.equal(reported.length, 1);
    }),
  );
  const known = new ApiError("X", "not_found");
  assert.equal(
    fromUnknown(
      known,
      () => "id",
      () => assert.fail(),
    ),
    known,
  );
  const reported: string[] = [];
  const caused = new ApiError("DOWN", "unavailable", "Down", { cause: new Error("why") });
  assert.equal(
    fromUnknown(
      caused,
      () => "id-2",
      (id) => reported.push(id),
    ),
    caused,
  );
  assert.deepEqual(reported, ["id-2"]);
});
