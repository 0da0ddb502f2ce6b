import assert from "node:assert/strict";
import { test } from "node:test";
import { allOf, anyOf, api, query, resource, rule, signedIn, t } from "fourfold";
import { startTest } from "fourfold/testing";

const authenticate = ({
  bearer,
}: {
  bearer: string | null;
}): { id: string; roles: string[]; claims: object } | null =>
  bearer === null ? null : { id: bearer, roles: bearer === "kim" ? ["keeper"] : [], claims: {} };

test("a rule on rows that states nothing for nobody lets nobody see anything", async () => {
  const rules: Record<string, (caller: { id: string } | null) => unknown> = {
    "an undefined value": (caller) => ({ owner: caller?.id }),
    "an undefined value in a list": (caller) => [{ owner: caller?.id }],
    false: (caller) => caller !== null && { owner: caller.id },
    nothing: (caller) => (caller === null ? undefined : { owner: caller.id }),
    null: (caller) => (caller === null ? null : { owner: caller.id }),
    text: (caller) => (caller === null ? "yes" : { owner: caller.id }),
  };
  for (const [what, rows] of Object.entries(rules)) {
    const Note = resource("Note", {
      fields: { id: t.id(), owner: t.string() },
      allow: { rows: ({ caller }) => rows(caller) as never },
    });
    await using server = await startTest(
      api("notes", { resources: [Note], authenticate: authenticate as never }),
    );
    const { id } = await server.call(Note.create, { owner: "ann" });
    assert.deepEqual((await server.request("GET /notes")).json, { notes: [], nextPageToken: "" }, what);
    for (const line of [`GET /notes/${id}`, `DELETE /notes/${id}`, `GET /notes:batchGet?ids=${id}`])
      assert.equal((await server.request(line)).status, 404, `${what}: ${line}`);
    assert.equal((await server.request(`GET /notes/${id}`, { bearer: "ann" })).status, 200, what);
    assert.equal((await server.request(`GET /notes/${id}`, { bearer: "bob" })).status, 404, what);
  }
});

test("some of several conditions let rows through, the others do not", async () => {
  const Note = resource("Note", {
    fields: { id: t.id(), owner: t.string(), open: t.boolean({ default: false }) },
    allow: { rows: ({ caller }) => [{ open: true }, { owner: caller?.id }] },
  });
  await using server = await startTest(
    api("notes", { resources: [Note], authenticate: authenticate as never }),
  );
  await server.call(Note.create, { owner: "ann" });
  await server.call(Note.create, { owner: "ann", open: true });
  const count = async (bearer?: string): Promise<number> =>
    (
      (await server.request("GET /notes", bearer === undefined ? {} : { bearer })).json as {
        notes: unknown[];
      }
    ).notes.length;
  assert.deepEqual([await count(), await count("ann"), await count("bob")], [1, 2, 1]);
});

test("a hidden reference is not found out from the other side", async () => {
  const Person = resource("Person", { fields: { id: t.id(), name: t.string() }, plural: "people" });
  const Review = resource("Review", {
    fields: { id: t.id(), text: t.string(), reviewer: t.ref(() => Person, { inverse: "reviews" }) },
    allow: {
      fields: { reviewer: rule("keeper", ({ caller }) => caller?.roles.includes("keeper") ?? false) },
    },
  });
  await using server = await startTest(
    api("reviews", { resources: [Person, Review], authenticate: authenticate as never }),
  );
  const person = await server.call(Person.create, { name: "P" });
  const review = await server.call(Review.create, { text: "harsh", reviewerId: person.id });
  for (const line of [`GET /people/${person.id}?include=reviews`, "GET /people?include=reviews"]) {
    assert.match((await server.request(line, { bearer: "kim" })).text, /harsh/);
    assert.doesNotMatch((await server.request(line, { bearer: "ann" })).text, /harsh/, line);
  }
  const other = await server.request(`GET /reviews/${review.id}?include=reviewer`, { bearer: "ann" });
  assert.deepEqual(
    [(other.json as { reviewer: unknown }).reviewer, (other.json as { reviewerId: unknown }).reviewerId],
    [null, null],
  );
  const filter = encodeURIComponent(`reviewerId = "${person.id}"`);
  assert.equal((await server.request(`GET /reviews?filter=${filter}`, { bearer: "kim" })).status, 400);
});

test("rules that are put together, and rules that take their time or fail", async () => {
  const slow = rule("slow", async ({ caller }) => caller?.id === "ann");
  const broken = rule("broken", () => {
    throw new Error("secret");
  });
  const odd = rule("odd", (() => "yes") as never);
  const answer = (name: string, allow: typeof slow): ReturnType<typeof query> =>
    query(name, { allow, output: t.int32(), handle: () => 1 }) as never;
  const operations = [
    answer("both", allOf(signedIn, slow)),
    answer(
      "either",
      anyOf(
        slow,
        rule("kim", ({ caller }) => caller?.id === "kim"),
      ),
    ),
    answer("broken", broken),
    answer("odd", odd),
  ];
  await using server = await startTest(api("rules", { operations, authenticate: authenticate as never }));
  const status = async (path: string, bearer?: string): Promise<number> =>
    (await server.request(`GET /${path}`, bearer === undefined ? {} : { bearer })).status;
  assert.deepEqual(
    [await status("both", "ann"), await status("both", "bob"), await status("both")],
    [200, 403, 401],
  );
  assert.deepEqual(
    [await status("either", "ann"), await status("either", "kim"), await status("either", "bob")],
    [200, 200, 403],
  );
  assert.equal(await status("broken", "ann"), 500);
});

test("a rule gets the input that was checked, before anything has happened", async () => {
  let called = 0;
  const own = query("own", {
    input: { owner: t.string() },
    output: t.int32(),
    allow: rule("own", ({ caller, input }) => caller?.id === input["owner"]),
    handle: () => ++called,
  });
  await using server = await startTest(
    api("own", { operations: [own], authenticate: authenticate as never }),
  );
  assert.equal((await server.request("GET /own?owner=ann", { bearer: "bob" })).status, 403);
  assert.equal(called, 0);
  assert.equal((await server.request("GET /own?owner=ann", { bearer: "ann" })).text, "1");
});
