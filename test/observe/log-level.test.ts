import assert from "node:assert/strict";
import { test } from "node:test";
import { logLevel } from "../../src/observe/log-level.ts";

test("LOG_LEVEL names the level; without it development shows more", () => {
  assert.equal(logLevel({}), "info");
  assert.equal(logLevel({ LOG_LEVEL: "" }), "info");
  assert.equal(logLevel({ NODE_ENV: "development" }), "debug");
  assert.equal(logLevel({ NODE_ENV: "development", LOG_LEVEL: "WARN" }), "warn");
  assert.throws(() => logLevel({ LOG_LEVEL: "loud" }), {
    message: 'LOG_LEVEL is "loud": write one of debug, info, warn, error, silent',
  });
});
