import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parse, validate } from "graphql";
import blog, { Post, User } from "../../../../examples/blog/api.ts";
import type { ExecutionResult } from "../../../../src/protocols/graphql/execute/execution.ts";
import { DocumentMaker, type RandomDocument, type Words } from "./random-documents.ts";
import { openRig, type Rig } from "./rig.ts";
import { changes, troubled } from "./troubled.ts";

const words: Omit<Words, "ids"> = {
  texts: ["a", "Ada", "", "x y", '\u{1f600}\\"\n', "bad", "null"],
  filters: ["", 'title = "A"', 'nothing = "x"', "title", 'name = "Ada"'],
  orders: ["", "title desc", "name, id desc", "nothing"],
};

/** Runs as many documents as are valid. */
async function compare(
  rig: Rig,
  ids: readonly string[],
  make: (maker: DocumentMaker) => RandomDocument,
  runs: number,
) {
  const counts = { valid: 0, failed: 0, compiled: 0 };
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const { text, variables } = make(new DocumentMaker(rig.model, { ...words, ids }, seed));
      if (validate(rig.schema, parse(text)).length > 0) return;
      counts.valid++;
      changes.length = 0;
      // Written with care at first, and then by code that is made for it.
      const run = rig.compiled(text, { variables });
      const compiled = run === null ? null : [await run(), await run()];
      const changed = changes.splice(0);
      const reference = await rig.runBy("reference", text, { variables });
      assert.ok(reference !== null);
      if (reference.errors.length > 0) counts.failed++;
      if (compiled === null) return;
      counts.compiled++;
      const about = `${text}\n${JSON.stringify(variables)}`;
      for (const result of compiled) {
        assert.equal(JSON.stringify(result.data), JSON.stringify(reference.data), about);
        assert.deepEqual(comparable(result), comparable(reference), about);
      }
      assert.deepEqual(changed, [...changes, ...changes], about);
    }),
    { numRuns: runs, endOnFailure: true },
  );
  assert.ok(counts.valid > runs / 4, `only ${counts.valid} of ${runs} documents are valid`);
  assert.ok(counts.compiled > counts.valid * 0.9, `only ${counts.compiled} of ${counts.valid} are compiled`);
  assert.ok(counts.failed > runs / 50, `only ${counts.failed} of ${runs} documents fail somewhere`);
}

/**
 * Errors by their places. Within what an error has made null, which of the others are told depends on what is known first (GraphQL,
 * September 2025, §6.4.4): there, it is compared that there is one.
 */
function comparable({ data, errors }: ExecutionResult): readonly string[] {
  const told = errors.map((error) => {
    const nulled = nulledBy(data, error.path ?? []);
    return nulled.length === (error.path ?? []).length
      ? JSON.stringify(error)
      : `null at ${nulled.join(".")}`;
  });
  return [...new Set(told)].sort();
}

/** The place that is null for an error at a path. */
function nulledBy(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  let at = data;
  for (const [index, key] of path.entries()) {
    if (typeof at !== "object" || at === null) return path.slice(0, index);
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return path;
}

test("random queries over the blog are answered alike by both executors", async () => {
  await using rig = await openRig(blog, "2");
  const ada = await rig.call(User.create, { displayName: "Ada", email: "ada@example.com" });
  const grace = await rig.call(User.create, { displayName: "Grace", email: "grace@example.com" });
  const ids = [ada.id, grace.id, "x", "00000000-0000-7000-8000-000000000000"];
  for (const title of ["A", "B", "C"]) {
    const post = await rig.call(Post.create, { title, content: "...", authorId: ada.id });
    ids.push(post.id);
  }
  await compare(rig, ids, (maker) => maker.query(), 400);
});

test("random queries over rows, lists and errors of every sort are answered alike", async () => {
  await using rig = await openRig(troubled);
  const coin = "0190b1c2-0000-7000-8000-000000000001";
  await rig.store?.table("coins").insert([{ id: coin, name: "c", worth: 5n, made: new Date(5) }]);
  await compare(rig, ["t1", "t2", "bad", "none", "x", coin, coin], (maker) => maker.query(), 700);
});

test("random mutations are answered alike, and do the same in the same order", async () => {
  await using rig = await openRig(troubled);
  await compare(rig, ["t1", "bad"], (maker) => maker.mutation(), 300);
});
