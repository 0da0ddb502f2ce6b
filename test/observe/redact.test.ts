import assert from "node:assert/strict";
import { test } from "node:test";
import { createRedactor } from "../../src/observe/redact.ts";

const redactor = createRedactor(["email", "homeAddress"]);
const hidden = "[redacted]";

test("replaces what stands under a sensitive name, at any depth and however it is written", () => {
  const fields = {
    email: "ada@example.com",
    user: { Email: "x", name: "Ada", home_address: { street: "s" }, tags: [{ email: "y" }] },
    headers: {
      Authorization: "Bearer x",
      cookie: "a=b",
      "set-cookie": ["c"],
      "X-API-Key": "k",
      accept: "*/*",
    },
    map: new Map([
      ["password", "p"],
      ["plain", "q"],
    ]),
    pageToken: "not a secret",
  };
  assert.deepEqual(redactor.fields(fields), {
    email: hidden,
    user: { Email: hidden, name: "Ada", home_address: hidden, tags: [{ email: hidden }] },
    headers: {
      Authorization: hidden,
      cookie: hidden,
      "set-cookie": hidden,
      "X-API-Key": hidden,
      accept: "*/*",
    },
    map: { password: hidden, plain: "q" },
    pageToken: "not a secret",
  });
  assert.equal(fields.email, "ada@example.com", "what is logged is not changed");
});

test("takes errors apart, with their causes and without what drivers hang on them", () => {
  const cause = Object.assign(new TypeError("inner"), {
    detail: "Key (email)=(ada@example.com)",
    code: "23505",
  });
  const logged = JSON.stringify(redactor.fields({ err: new Error("outer", { cause }) }));
  const { err } = JSON.parse(logged);
  assert.deepEqual(
    [err.type, err.message, err.cause.type, err.cause.message, err.cause.code],
    ["Error", "outer", "TypeError", "inner", "23505"],
  );
  assert.match(err.stack, /redact\.test/);
  assert.doesNotMatch(logged, /ada@example/);
});

test("an error's cause that is no error is redacted too", () => {
  const fields = redactor.fields({ err: new Error("outer", { cause: { token: "t", at: new Date(0) } }) });
  assert.match(JSON.stringify(fields), /"cause":\{"token":"\[redacted\]","at":"1970-01-01T00:00:00.000Z"\}/);
});

test("is bounded and never throws, whatever it is given", () => {
  const ring: Record<string, unknown> = { list: [] };
  ring["list"] = Array.from({ length: 500 }, () => ring);
  assert.ok(JSON.stringify(redactor.fields(ring)).length < 100_000);
  assert.match(JSON.stringify(redactor.fields({ list: new Array(5_000).fill(0) })), /more\]"\]/);
  assert.deepEqual(redactor.fields({ bytes: new Uint8Array(9), big: 2n ** 70n }), {
    bytes: "[9 bytes]",
    big: "1180591620717411303424",
  });
  const failing = { toJSON: () => assert.fail("no") };
  assert.deepEqual(redactor.fields({ failing }), { unreadable: ["failing"] });
  const polluting: Record<string, unknown> = JSON.parse('{"__proto__":{"polluted":true}}');
  assert.equal("polluted" in redactor.fields(polluting), false);
});
