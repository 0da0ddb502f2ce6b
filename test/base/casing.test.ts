import assert from "node:assert/strict";
import { test } from "node:test";
import {
  lowerFirst,
  toKebabCase,
  toSnakeCase,
  toUpperSnakeCase,
  toWords,
  upperFirst,
} from "../../src/base/casing.ts";

test("names in every form", () => {
  const cases: Record<string, string> = {
    displayName: "display_name",
    User: "user",
    BlogPost: "blog_post",
    APIKey: "api_key",
    userID: "user_id",
    a1B2: "a1_b2",
    x: "x",
    "": "",
  };
  for (const [name, snake] of Object.entries(cases)) {
    assert.equal(toSnakeCase(name), snake);
    assert.equal(toUpperSnakeCase(name), snake.toUpperCase());
    assert.equal(toKebabCase(name), snake.replaceAll("_", "-"));
  }
  assert.equal(toWords("BlogPost"), "Blog post");
  assert.equal(lowerFirst("BlogPost"), "blogPost");
  assert.equal(upperFirst("publish"), "Publish");
});
