import assert from "node:assert/strict";
import { test } from "node:test";
import { api, command, query, resource, t, version } from "fourfold";
import { mistakesOf } from "./build.ts";

const id = t.id();
const User = resource("User", { fields: { id } });

test("two operations that come to one field", () => {
  const user = query("user", { output: t.int32(), handle: () => 0 });
  const createUser = command("createUser", { handle: () => undefined });
  assert.deepEqual(mistakesOf(api("a", { resources: [User], operations: [user, createUser] })), [
    "user: is the field Query.user in GraphQL, and users.get has that name already. Rename one of the two.",
    "createUser: is the field Mutation.createUser in GraphQL, and users.create has that name already. Rename one of the two.",
  ]);
});

test("a name that every schema has", () => {
  const node = query("node", { output: t.int32(), handle: () => 0 });
  const DateTime = resource("DateTime", { fields: { id } });
  assert.deepEqual(mistakesOf(api("a", { resources: [User, DateTime], operations: [node] })), [
    "DateTime: is the type DateTime in GraphQL, and the schema has that name already. Choose another name.",
    "node: is the field Query.node in GraphQL, and the schema has that name already. Choose another name.",
  ]);
});

test("two types of one name", () => {
  const UserEdge = resource("UserEdge", { fields: { id } });
  const Thing = resource("Thing", { fields: { id, state: t.enum(["a"]) } });
  const ThingState = resource("ThingState", { fields: { id } });
  assert.deepEqual(mistakesOf(api("a", { resources: [UserEdge, User, Thing, ThingState] })), [
    "Thing.state: is the type ThingState in GraphQL, and ThingState has that name already. Rename one of the two.",
    "User: is the type UserEdge in GraphQL, and UserEdge has that name already. Rename one of the two.",
  ]);
});

test("a field and a relation of one name, in a version", () => {
  const Post = resource("Post", {
    fields: { id, title: t.string(), author: t.ref(() => User, { inverse: "posts" }) },
  });
  const versions = [version("1", { renamed: [[Post.fields.title, "author"]] }), version("2")];
  assert.deepEqual(mistakesOf(api("a", { resources: [User, Post], versions })), [
    "Post.author: is the field Post.author in GraphQL, and Post.author has that name already. Rename one of the two.",
  ]);
});

test("mistakes of several versions are told once", () => {
  const user = query("user", { output: t.int32(), handle: () => 0 });
  const versions = [version("1"), version("2")];
  assert.equal(mistakesOf(api("a", { resources: [User], operations: [user], versions })).length, 1);
});
