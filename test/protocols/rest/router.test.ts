import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Router } from "../../../src/protocols/rest/router.ts";

function routerOf(...templates: readonly string[]): (path: string) => string | null {
  const router = new Router<string>();
  for (const template of templates) router.place(template, () => template);
  return (path) => {
    const values: string[] = [];
    const found = router.find(path, values);
    return found === null ? null : [found, ...values].join(" ");
  };
}

const find = routerOf(
  "/users",
  "/users/{id}",
  "/users/{id}:publish",
  "/users/{id}:un.publish",
  "/users:batchGet",
  "/users/me",
  "/users/{id}/posts/{post}",
  "/a/{x}/b",
  "/a/c/{y}",
  "/{any}/last",
);

test("fixed names go before parameters, verbs after the last colon", () => {
  const cases: Record<string, string | null> = {
    "/users": "/users",
    "/users/1": "/users/{id} 1",
    "/users/me": "/users/me",
    "/users/a:b": "/users/{id} a:b",
    "/users/a:publish": "/users/{id}:publish a",
    "/users/a:b:publish": "/users/{id}:publish a:b",
    "/users/a:un.publish": "/users/{id}:un.publish a",
    "/users/:publish": "/users/{id} :publish",
    "/users/a%3Apublish": "/users/{id} a%3Apublish",
    "/users:batchGet": "/users:batchGet",
    "/users/1/posts/2": "/users/{id}/posts/{post} 1 2",
    "/users/1/posts": null,
    "/users/": null,
    "/users//posts/2": null,
    "/": null,
    "": null,
    "//": null,
    "/users/1/": null,
    "/nowhere": null,
    "/toString": null,
    "/__proto__": null,
    "/a/1/b": "/a/{x}/b 1",
    "/a/c/2": "/a/c/{y} 2",
  };
  for (const [path, expected] of Object.entries(cases)) assert.equal(find(path), expected, path);
});

test("the same template is the same place", () => {
  const router = new Router<object>();
  assert.equal(
    router.place("/a/{b}", () => ({})),
    router.place("/a/{b}", () => ({})),
  );
});

test("any path is found or not, and every parameter's value is a part of it", () => {
  const part = fc.oneof(
    fc.constantFrom("users", "me", "posts", "publish", ":", "{id}", "..", ""),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const path = `/${parts.join("/")}`;
      const found = find(path);
      if (found !== null) for (const value of found.split(" ").slice(1)) assert.ok(path.includes(value));
    }),
  );
});
