import assert from "node:assert/strict";
import { test } from "node:test";
import { Animal, zoo } from "../../../wire/zoo.ts";
import { openRig } from "./rig.ts";

const kim = { id: "kim", roles: ["keeper"], claims: {} };

const animal = {
  name: "Leo",
  story: "A\nlion",
  chip: "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f",
  cells: "9007199254740993",
  weight: 1.5,
  price: "12.50",
  photo: "AP8=",
  bornAt: "2026-01-31T12:00:00.000Z",
  arrived: "2026-01-31",
  diet: "meat",
  extras: { a: [1, null, "x"], b: { c: true } },
  nicknames: ["a", "b"],
  home: { country: "KE", latitude: -1.5 },
  mood: null,
};
const members =
  "name story chip legs cells weight price tame photo bornAt arrived diet extras nicknames home { country latitude } mood visits rowVersion";

test("values by variables come back as the version's JSON has them", async () => {
  await using rig = await openRig(zoo);
  const types =
    "$name: String!, $story: String, $chip: ID, $cells: BigInt, $weight: Float, $price: Decimal!, $photo: Bytes, $bornAt: DateTime, $arrived: Date, $diet: AnimalDiet!, $extras: JSON, $nicknames: [String!]!, $home: AnimalHomeInput, $mood: String";
  const names = Object.keys(animal).map((name) => `${name}: $${name}`);
  const { data, errors } = await rig.run(
    `mutation (${types}) { createAnimal(${names.join(", ")}) { ${members} } }`,
    { variables: animal },
  );
  assert.deepEqual(errors, []);
  assert.deepEqual(data, { createAnimal: { ...animal, legs: 4, tame: false, visits: 0, rowVersion: 1 } });
});

test("literals are the same, digits kept", async () => {
  await using rig = await openRig(zoo);
  const { data, errors } = await rig.run(`mutation { createAnimal(
    name: "Leo", story: """
      A
      lion
    """, chip: "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f", cells: 9007199254740993, weight: 1.5, price: 12.50, photo: "AP8=",
    bornAt: "2026-01-31T13:00:00+01:00", arrived: "2026-01-31", diet: meat, extras: { a: [1, null, "x"], b: { c: true } },
    nicknames: ["a", "b"], home: { country: "KE", latitude: -1.5 }, mood: null
  ) { ${members} } }`);
  assert.deepEqual(errors, []);
  assert.deepEqual(data, { createAnimal: { ...animal, legs: 4, tame: false, visits: 0, rowVersion: 1 } });
});

test("what is not of its form is told as on every protocol", async () => {
  await using rig = await openRig(zoo);
  const { errors } = await rig.run(
    'mutation { createAnimal(name: "", cells: "x", price: "1.234", photo: "?", bornAt: "now", arrived: "2026-02-30", nicknames: ["a", "a"]) { id } }',
  );
  const violations = errors[0]?.extensions["violations"] as readonly { path: string; rule: string }[];
  assert.deepEqual(
    violations.map(({ path, rule }) => `${path}: ${rule}`),
    [
      "name: minLength",
      "cells: type",
      "price: type",
      "photo: format",
      "bornAt: format",
      "arrived: format",
      "nicknames: uniqueItems",
    ],
  );
});

test("absent is not null: a change leaves what is not stated, and null clears", async () => {
  await using rig = await openRig(zoo);
  const { id } = await rig.call(Animal.create, { name: "Leo", story: "long", weight: 2, mood: "wild" });
  const change =
    "mutation ($id: ID!, $story: String, $mood: String, $weight: Float) { updateAnimal(id: $id, story: $story, mood: $mood, weight: $weight) { name story mood weight } }";
  const changed = await rig.run(change, { variables: { id, story: null, mood: null } });
  assert.deepEqual(changed.data, { updateAnimal: { name: "Leo", story: null, mood: null, weight: 2 } });
  const refused = await rig.run("mutation ($id: ID!) { updateAnimal(id: $id, name: null) { id } }", {
    variables: { id },
  });
  assert.deepEqual(refused.errors[0]?.extensions["violations"], [
    { path: "name", rule: "required", message: "must not be null", mend: "Leave it out, or send a value" },
  ]);
});

test("an older version has its names, its types and not what it lacks", async () => {
  await using rig = await openRig(zoo, "1");
  const mother = await rig.call(Animal.create, { name: "Mum" });
  const { data, errors } = await rig.run(
    'mutation ($id: ID!) { createAnimal(title: "Leo", weight: "2.5kg", parentId: $id) { title weight parentId parent { title children(filter: "title = \\"Leo\\"") { title } } } }',
    { variables: { id: mother.id } },
  );
  assert.deepEqual(errors, []);
  assert.deepEqual(data, {
    createAnimal: {
      title: "Leo",
      weight: "2.5kg",
      parentId: mother.id,
      parent: { title: "Mum", children: [{ title: "Leo" }] },
    },
  });
  await assert.rejects(rig.run("{ animals { extras } }"), /Cannot query field "extras"/);
});

test("rules hide rows and fields, on relations too", async () => {
  await using rig = await openRig(zoo);
  const mine = await rig.run('mutation { createKeeper(name: "K", owner: "kim", salary: 7) { id salary } }', {
    as: kim,
  });
  assert.deepEqual(mine.errors, []);
  const { id } = (mine.data as { createKeeper: { id: string } }).createKeeper;
  await rig.call(Animal.create, { name: "Leo", keeperId: id });
  const text = "{ animals { name keeperId keeper { name salary animals { name } } } keepers { name } }";
  const kept = { name: "K", salary: 7, animals: [{ name: "Leo" }] };
  assert.deepEqual((await rig.run(text, { as: kim })).data, {
    animals: [{ name: "Leo", keeperId: id, keeper: kept }],
    keepers: [{ name: "K" }],
  });
  assert.deepEqual((await rig.run(text)).data, {
    animals: [{ name: "Leo", keeperId: id, keeper: null }],
    keepers: [],
  });
  const node = await rig.run("query ($id: ID!) { node(id: $id) { id } }", { variables: { id } });
  assert.deepEqual([node.data, node.errors], [{ node: null }, []]);
  const refused = await rig.run('mutation { createKeeper(name: "x") { id } }');
  assert.deepEqual(refused.errors[0]?.extensions, {
    code: "UNAUTHENTICATED",
    kind: "unauthenticated",
    details: { rule: "signedIn" },
  });
});

test("what handlers do wrong is masked", async () => {
  await using rig = await openRig(zoo);
  for (const how of ["error", "string", "wrong", "nothing"]) {
    const { data, errors } = await rig.run(`mutation { fail(how: ${how}) }`);
    assert.equal(data, null);
    assert.deepEqual(errors[0]?.extensions, { code: "INTERNAL", kind: "internal", id: "r1" }, how);
    assert.equal(errors[0]?.message, "Internal error");
  }
  assert.equal(rig.reported.length, 4);
});

test("keys that must be there are; fields of one document have keys of their own", async () => {
  await using rig = await openRig(zoo);
  await rig.call(Animal.create, { name: "a" });
  const text =
    'mutation { one: renameAnimals(from: "a", to: "b") { renamed } two: renameAnimals(from: "b", to: "a") { renamed } }';
  const without = await rig.run(text);
  assert.equal(without.errors[0]?.extensions["code"], "INVALID_INPUT");
  const done = { one: { renamed: 1 }, two: { renamed: 1 } };
  assert.deepEqual((await rig.run(text, { idempotencyKey: "k" })).data, done);
  await rig.call(Animal.create, { name: "a" });
  assert.deepEqual((await rig.run(text, { idempotencyKey: "k" })).data, done);
});

test("rows that handlers keep", async () => {
  await using rig = await openRig(zoo);
  const { data, errors } = await rig.run(
    '{ rooms { id label } room(id: "r1") { size } node(id: "r1") { id } }',
  );
  assert.deepEqual(errors, []);
  assert.deepEqual(data, { rooms: [{ id: "r1", label: "Reptiles" }], room: { size: 3 }, node: null });
});

test("a change must state the version where the definition says so", async () => {
  await using rig = await openRig(zoo);
  const text = 'mutation { updateKeeper(id: "x", name: "y") { id } }';
  await assert.rejects(rig.run(text), /updateKeeper\(ifVersion:\)" of type "Int!" is required/);
});
