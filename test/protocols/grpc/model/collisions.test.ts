import assert from "node:assert/strict";
import { test } from "node:test";
import { api, command, query, resource, t, version } from "fourfold";
import type { Api } from "../../../../src/define/api.ts";
import { DefinitionError, type Mistake } from "../../../../src/plan/mistakes.ts";
import { build } from "./build.ts";

function mistakesOf(definition: Api): readonly Mistake[] {
  try {
    build(definition);
  } catch (thrown) {
    assert.ok(thrown instanceof DefinitionError, String(thrown));
    return thrown.mistakes;
  }
  return [];
}

const id = t.id();
const handle = (): undefined => undefined;
const User = resource("User", { fields: { id, name: t.string() } });

const Ox = resource("Ox", { plural: "xOx", fields: { id } });

const Odd = resource("Odd", { fields: { id, userID: t.string(), other: t.string() } });

type Row = readonly [what: string, definition: Api, place: string, message: RegExp];

const rows: readonly Row[] = [
  [
    "a message of a standard method and of an operation",
    api("a", { resources: [User], operations: [query("getUser", { handle })] }),
    "getUser",
    /^is the message GetUserRequest in the \.proto, and users\.get has that name there already$/,
  ],
  [
    "methods of one service",
    api("a", {
      resources: [Ox],
      operations: [
        command("pull", { on: Ox, scope: "collection", handle }),
        command("pullX", { on: Ox, handle }),
      ],
    }),
    "pullX",
    /^is the method PullXOx in the \.proto, and pull has that name there already$/,
  ],
  [
    "a resource and the type of a field",
    api("a", {
      resources: [
        resource("UserAddress", { fields: { id } }),
        resource("User", { fields: { id, address: t.object({ street: t.string() }) } }),
      ],
    }),
    "User.address",
    /^is the message UserAddress in the \.proto, and UserAddress has that name there already$/,
  ],
  [
    "the types of two fields",
    api("a", {
      resources: [
        resource("User", {
          fields: { id, homeAddress: t.enum(["a"]), home: t.object({ address: t.enum(["b"]) }) },
        }),
      ],
    }),
    "User.home.address",
    /^is the enum UserHomeAddress in the \.proto, and User\.homeAddress has/,
  ],
  [
    "a resource and a service",
    api("a", { resources: [User, resource("UserService", { fields: { id } })] }),
    "User",
    /^is the service UserService in the \.proto, and UserService has/,
  ],
  [
    "the word unspecified",
    api("a", { resources: [resource("User", { fields: { id, state: t.enum(["on", "unspecified"]) } })] }),
    'User.state, "unspecified"',
    /^is the enum value USER_STATE_UNSPECIFIED in the \.proto, and User\.state has/,
  ],
  [
    "values of two enums",
    api("a", {
      resources: [resource("User", { fields: { id, role: t.enum(["x_admin"]), roleX: t.enum(["admin"]) } })],
    }),
    'User.roleX, "admin"',
    /^is the enum value USER_ROLE_X_ADMIN in the \.proto, and User\.role, "x_admin" has/,
  ],
  [
    "values that are one in Pascal case",
    api("a", { resources: [resource("User", { fields: { id, a: t.enum(["b_1", "b1"]) } })] }),
    'User.a, "b1"',
    /^is the enum value USER_A_B1 \(UserAB1 in some languages\) in the \.proto, and User\.a, "b_1" has/,
  ],
  [
    "a field and the mask of updates",
    api("a", { resources: [resource("User", { fields: { id, updateMask: t.string() } })] }),
    "User.updateMask",
    /^is the field update_mask in the \.proto, and fourfold has a meaning for that name there$/,
  ],
  [
    "fields of a version",
    api("a", { resources: [Odd], versions: [version("1", { renamed: [[Odd.fields.other, "userId"]] })] }),
    "Odd.userId",
    /^is the field user_id in the \.proto, and Odd\.userID has/,
  ],
  [
    "packages of two versions",
    api("a", { resources: [User], versions: [version("1.0"), version("1-0")] }),
    "version 1-0",
    /^is the package a\.v1_0 in the \.proto, and version 1\.0 has/,
  ],
];

for (const [what, definition, place, message] of rows)
  test(`two of one name: ${what}`, () => {
    const mistakes = mistakesOf(definition);
    const found = mistakes.find((mistake) => mistake.place === place && message.test(mistake.message));
    assert.ok(found !== undefined, JSON.stringify(mistakes));
    assert.match(found.mend, /^(Rename one of the two|Choose another name)$/);
  });

test("each is told once, however many versions have it", () => {
  const definition = api("a", {
    resources: [User],
    operations: [query("getUser", { handle })],
    versions: [version("1"), version("2")],
  });
  assert.deepEqual(
    mistakesOf(definition).map(({ place }) => place),
    ["getUser"],
  );
});

test("what is alike and not the same is in order", () => {
  const address = t.object({ street: t.string() });
  const definition = api("a", {
    resources: [
      resource("User", { fields: { id, address, state: t.enum(["on"]) } }),
      resource("Firm", { fields: { id, address, state: t.enum(["on", "message", "option"]) } }),
    ],
    operations: [command("user", { input: { address }, output: t.list(address), handle: () => [] })],
  });
  assert.deepEqual(mistakesOf(definition), []);
});
