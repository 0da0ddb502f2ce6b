import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ApiError, api, command, query, resource, t } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { Animal, callers, feed, forget, Keeper, rename, whoami, zoo } from "../wire/zoo.ts";

let server: TestServer;
const kim = { id: "kim", roles: ["keeper"], claims: {} };
before(async () => {
  server = await startTest(zoo);
});
after(() => server.close());

test("inputs are checked as everyone's are: defaults, rules, ids", async () => {
  const row = await server.call(Animal.create, { name: "Rex" });
  assert.equal(row.legs, 4);
  await assert.rejects(server.call(Animal.create, { name: "" }), (thrown) => {
    assert.ok(thrown instanceof ApiError);
    assert.deepEqual(
      thrown.violations?.map(({ path, rule }) => [path, rule]),
      [["name", "minLength"]],
    );
    return true;
  });
  await assert.rejects(server.call(Animal.create, { name: "x", bornAt: "2020-01-01T00:00:00Z" as never }), {
    code: "INVALID_INPUT",
  });
  await assert.rejects(server.call(Animal.get, { id: 7 as never }), { code: "INVALID_INPUT" });
  await assert.rejects(server.call(Animal.get, {} as never), { code: "INVALID_INPUT" });
  await assert.rejects(server.call(Animal.get, undefined as never), { code: "INVALID_INPUT" });
  await assert.rejects(server.call(Animal.get, { id: "nobody" }), { code: "ANIMAL_NOT_FOUND" });
  await assert.rejects(server.call(feed, { id: row.id, grams: 0 }), { code: "INVALID_INPUT" });
});

test("what the server makes cannot be set from outside", async () => {
  const row = await server.call(Animal.create, {
    name: "R",
    id: "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f",
    visits: 9,
  } as never);
  assert.notEqual(row.id, "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f");
  assert.equal(row.visits, 0);
  const changed = await server.call(Animal.update, { id: row.id, visits: 9 } as never);
  assert.equal(changed.visits, 0);
});

test("unknown members are refused as everyone's are, by the names that the definition has", async () => {
  const refused = async (called: Promise<unknown>, ...paths: readonly string[]): Promise<void> => {
    await assert.rejects(called, (thrown) => {
      assert.ok(thrown instanceof ApiError, String(thrown));
      assert.equal(thrown.code, "INVALID_INPUT");
      assert.deepEqual(
        thrown.violations?.map(({ path, rule }) => [path, rule]),
        paths.map((path) => [path, "unknownField"]),
      );
      return true;
    });
  };
  const row = await server.call(Animal.create, { name: "Rex" });
  await refused(server.call(Animal.create, { name: "Rex", lgs: 3, nmae: "x" } as never), "lgs", "nmae");
  await refused(server.call(Animal.update, { id: row.id, lgs: 3 } as never), "lgs");
  await refused(server.call(Animal.list, { pagesize: 3 } as never), "pagesize");
  await refused(server.call(Animal.get, { id: row.id, verbose: true } as never), "verbose");
  await refused(
    server.call(Animal.batchCreate, { items: [{ name: "A" }, { name: "B", lgs: 1 }] } as never),
    "items[1].lgs",
  );
  await refused(server.call(feed, { id: row.id, grams: 1, ounces: 2 } as never), "ounces");
  assert.equal((await server.call(Animal.get, { id: row.id, verbose: undefined } as never)).legs, 4);
  assert.equal((await server.call(Animal.get, { id: row.id })).legs, 4, "nothing was changed");
});

test("nobody is signed in, unless the call says who", async () => {
  assert.deepEqual(await server.call(whoami, {}), { id: null });
  assert.deepEqual(await server.call(whoami, {}, kim), { id: "kim" });
  await assert.rejects(server.call(forget, {}), { code: "UNAUTHENTICATED" });
  await assert.rejects(server.call(forget, {}, { ...callers["bob"], claims: {} } as never), {
    code: "PERMISSION_DENIED",
  });
  await server.call(forget, {}, kim);
  const row = await server.call(Keeper.create, { name: "K", salary: 5 }, kim);
  assert.equal((await server.call(Keeper.get, { id: row.id })).salary, null);
});

test("a key that callers over a network must have is not asked of calls here", async () => {
  assert.deepEqual(await server.call(rename, { from: "nobody", to: "x" }), { renamed: 0 });
});

test("handlers call others as the same caller, and their errors pass through", async () => {
  const outer = query("outer", {
    output: t.object({ id: t.string({ nullable: true }) }),
    handle: ({ call }) => call(whoami, {}),
  });
  const failing = query("failing", {
    output: t.int32(),
    handle: async ({ call }) => (await call(Animal.get, { id: "nobody" })).legs,
  });
  await using own = await startTest(
    api("calls", { ...zoo.options, operations: [...(zoo.options.operations ?? []), outer, failing] }),
  );
  assert.deepEqual((await own.request("GET /outer", { bearer: "ann" })).json, { id: "ann" });
  const answer = await own.request("GET /failing");
  assert.equal(answer.status, 404);
});

test("a handler that uses the outer database within a transaction is told at once, and nothing is written", async () => {
  const misuse = command("misuse", {
    input: { how: t.enum(["db", "call"]) },
    output: t.int32(),
    handle: ({ input, db, call }) =>
      db.transaction(async (inner) => {
        await inner(Animal).create({ name: "Inner" });
        if (input.how === "db") await db(Animal).create({ name: "Outer" });
        else await call(Animal.create, { name: "Outer" });
        return 1;
      }),
  });
  await using own = await startTest(
    api("misuse", { ...zoo.options, operations: [...(zoo.options.operations ?? []), misuse] }),
  );
  for (const how of ["db", "call"] as const) {
    const answer = await own.request("POST /misuse", { json: { how } });
    assert.equal(answer.status, 500);
    await assert.rejects(
      own.call(misuse, { how }),
      /use the db that transaction\(\.\.\.\) gives its function/,
    );
  }
  assert.deepEqual((await own.call(Animal.list, { filter: 'name = "Inner" OR name = "Outer"' })).items, []);
});

test("a transaction of a handler is all or nothing, and isolated; what it calls is not a part of it unless it says so", async () => {
  const Item = resource("Item", { fields: { id: t.id(), name: t.string({ unique: true }) } });
  const many = command("many", {
    input: { names: t.list(t.string()) },
    output: t.int32(),
    handle: ({ input, db }) =>
      db.transaction(async (within) => {
        for (const name of input.names) await within(Item).create({ name });
        // A transaction within one is a part of it.
        await within.transaction(async (inner) => inner(Item).create({ name: `${input.names[0]}!` }));
        return within(Item).count();
      }),
  });
  await using own = await startTest(api("items", { resources: [Item], operations: [many] }));
  assert.equal(await own.call(many, { names: ["a", "b"] }), 3);
  await assert.rejects(own.call(many, { names: ["c", "d", "a"] }), { code: "CONFLICT" });
  assert.equal((await own.call(Item.list, {})).items.length, 3);
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, (_, each) =>
      own.call(many, { names: [`t${each}`, each % 2 ? "a" : `u${each}`] }),
    ),
  );
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 5);
  assert.equal((await own.call(Item.list, { pageSize: 1000 })).items.length, 3 + 5 * 3);
});

test("null stays null in what handlers create, whatever the default", async () => {
  const Item = resource("Item", { fields: { id: t.id(), note: t.string({ nullable: true, default: "y" }) } });
  const make = command("make", { output: Item, handle: ({ db }) => db(Item).create({ note: null }) });
  const usual = command("usual", { output: Item, handle: ({ db }) => db(Item).create({}) });
  await using own = await startTest(api("items", { resources: [Item], operations: [make, usual] }));
  assert.equal((await own.call(make, {})).note, null);
  assert.equal((await own.call(usual, {})).note, "y");
});
