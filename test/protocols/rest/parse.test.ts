import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ApiError } from "fourfold";
import { acceptedCoding } from "../../../src/protocols/http/content-coding.ts";
import { codedTag, contentTag, matchesAny } from "../../../src/protocols/http/entity-tags.ts";
import { parsePreferences } from "../../../src/protocols/http/preferences.ts";
import { matchedVersions } from "../../../src/protocols/rest/etag.ts";
import { acceptance } from "../../../src/protocols/rest/negotiate.ts";
import { parseQuery } from "../../../src/protocols/rest/query.ts";

test("a query is read as the URL standard does, save that what cannot be decoded is refused", () => {
  const pairs = fc.array(
    fc.tuple(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }),
      fc.string({ unit: "grapheme", maxLength: 8 }),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(pairs, (given) => {
      const wellFormed = given.filter(([name, value]) => name.isWellFormed() && value.isWellFormed());
      const query = new URLSearchParams(wellFormed).toString();
      const read = parseQuery(query);
      for (const [name] of wellFormed) {
        const expected = new URLSearchParams(query).getAll(name);
        assert.deepEqual(read[name], expected.length === 1 ? expected[0] : expected);
      }
    }),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (query) => {
      try {
        const read = parseQuery(query);
        assert.equal(Object.getPrototypeOf(read), null);
      } catch (thrown) {
        assert.ok(thrown instanceof ApiError && thrown.code === "MALFORMED_REQUEST");
      }
    }),
  );
});

test("a query's odd forms", () => {
  const read = (query: string): object => ({ ...parseQuery(query) });
  assert.deepEqual(read(""), {});
  assert.deepEqual(read("&&"), {});
  assert.deepEqual(read("a"), { a: "" });
  assert.deepEqual(read("a=b=c"), { a: "b=c" });
  assert.deepEqual(read("a=1&a=2&a=3"), { a: ["1", "2", "3"] });
  assert.deepEqual(read("a+b=%2B"), { "a b": "+" });
  assert.deepEqual(Object.keys(parseQuery("__proto__=1&constructor=2")), ["__proto__", "constructor"]);
  for (const query of ["a=%", "%=1", "a=%e9", "a=%C0%80", "a=%ED%A0%80", Array(201).fill("a=1").join("&")])
    assert.throws(() => parseQuery(query), { code: "MALFORMED_REQUEST" }, query);
});

test("any Accept and Accept-Encoding means something", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc
          .array(fc.constantFrom("a/b", "*/*", ";q=", "0.5", ",", ";", "gzip", " ", "1", "-1"))
          .map((parts) => parts.join("")),
      ),
      (field) => {
        const { json, problem } = acceptance(field);
        assert.equal(typeof json, "boolean");
        assert.equal(typeof problem, "boolean");
        assert.ok([null, "br", "gzip"].includes(acceptedCoding(field)));
        for (const { weight } of parsePreferences(field)) assert.ok(weight >= 0 && weight <= 1);
      },
    ),
  );
});

test("If-None-Match and If-Match take any text", () => {
  const tag = contentTag("x");
  assert.match(tag, /^"[\w-]+"$/);
  assert.ok(matchesAny(codedTag(tag, "gzip"), tag));
  assert.ok(!matchesAny(codedTag(tag, "gzip").replace("gzip", "zstd"), tag));
  assert.deepEqual(
    matchedVersions('"abc.1", W/"abc.2", "abc.3-gzip", "abd.4", "abc.5x", "abc~seen.6", "abc.7"', "abc"),
    [1, 3, 6, 7],
  );
  assert.equal(matchedVersions(" * ", "abc"), null);
  assert.deepEqual(matchedVersions("", "abc"), []);
  fc.assert(
    fc.property(fc.string(), (field) => {
      assert.equal(typeof matchesAny(field, tag), "boolean");
      const versions = matchedVersions(field, "abc");
      assert.ok(versions === null || versions.every(Number.isSafeInteger));
    }),
  );
});

test("long fields are read in linear time", () => {
  const began = performance.now();
  for (const field of [
    '"'.repeat(16_000),
    'W/"'.repeat(5000),
    ",".repeat(16_000),
    "a;".repeat(8000),
    "a;q=".repeat(4000),
    " ".repeat(16_000),
  ]) {
    matchesAny(field, '"x"');
    matchedVersions(field, "x");
    parsePreferences(field);
    acceptance(field);
  }
  assert.ok(performance.now() - began < 500);
});
