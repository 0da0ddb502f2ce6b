import assert from "node:assert/strict";
import { test } from "node:test";
import { type Api, api, resource, t } from "fourfold";
import { openRig, type Rig } from "./rig.ts";

const rows = ["a", "b", "c", "d", "e"].map((id) => ({ id }));

/** A list in pages, by tokens that say where the next one begins; and one that knows of no pages. */
function letters(asked: (readonly unknown[])[] = []): Api {
  const Letter = resource("Letter", {
    fields: { id: t.id() },
    pageSize: { default: 2, max: 3 },
    handlers: {
      list: ({ input }) => {
        asked.push([input.pageSize, input.pageToken]);
        const from = Number(input.pageToken ?? 0);
        const to = from + (input.pageSize ?? 2);
        return { items: rows.slice(from, to), nextPageToken: to < rows.length ? String(to) : "" };
      },
    },
  });
  const Whole = resource("Whole", {
    fields: { id: t.id() },
    pageSize: { default: 2, max: 3 },
    handlers: { list: () => ({ items: rows, nextPageToken: "" }) },
  });
  return api("letters", { resources: [Letter, Whole] });
}

interface Told {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly endCursor: string | null;
  };
}

async function page(rig: Rig, plural: string, variables: Readonly<Record<string, unknown>>): Promise<Told> {
  const { data, errors } = await rig.run(
    `query ($first: Int, $after: String) { page: ${plural}Connection(first: $first, after: $after) {
      edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor }
    } }`,
    { variables },
  );
  assert.deepEqual(errors, []);
  return (data as { readonly page: Told }).page;
}

function ids({ edges }: Told): string {
  return edges.map(({ node }) => node.id).join("");
}

for (const plural of ["letters", "wholes"])
  test(`${plural}: pages follow each other, from the end of one and from within`, async () => {
    await using rig = await openRig(letters());
    const first = await page(rig, plural, {});
    assert.equal(ids(first), "ab");
    assert.deepEqual([first.pageInfo.hasNextPage, first.pageInfo.hasPreviousPage], [true, false]);
    const second = await page(rig, plural, { after: first.pageInfo.endCursor });
    assert.equal(ids(second), "cd");
    assert.deepEqual([second.pageInfo.hasNextPage, second.pageInfo.hasPreviousPage], [true, true]);
    const last = await page(rig, plural, { first: 3, after: second.pageInfo.endCursor });
    assert.equal(ids(last), "e");
    assert.deepEqual([last.pageInfo.hasNextPage, last.pageInfo.hasPreviousPage], [false, true]);
    const within = await page(rig, plural, { after: first.edges[0]?.cursor });
    assert.equal(ids(within), "bc");
    const end = await page(rig, plural, { after: last.edges[0]?.cursor });
    assert.deepEqual([ids(end), end.pageInfo.hasNextPage, end.pageInfo.endCursor], ["", false, null]);
    const { data } = await rig.run(`query ($after: String) { ${plural}(first: 1, after: $after) { id } }`, {
      variables: { after: first.pageInfo.endCursor },
    });
    assert.deepEqual(data, { [plural]: [{ id: "c" }] });
  });

test("a handler is asked for what it can give", async () => {
  const asked: (readonly unknown[])[] = [];
  await using rig = await openRig(letters(asked));
  const first = await page(rig, "letters", { first: 100 });
  assert.equal(ids(first), "abc");
  await page(rig, "letters", { first: 2, after: first.edges[1]?.cursor });
  await page(rig, "letters", { first: 0 });
  // Once by each executor.
  assert.deepEqual(
    asked.map(([size, token]) => `${size} ${token}`),
    [...["3 undefined", "3 undefined"], ...["3 undefined", "3 undefined"], ...["1 undefined", "1 undefined"]],
  );
});

test("what is no cursor is refused", async () => {
  await using rig = await openRig(letters());
  for (const after of ["?", "W10", "WzEsMl0", "Wy0xLCIiXQ", "a".repeat(9000)]) {
    const { errors } = await rig.run("query ($after: String) { letters(after: $after) { id } }", {
      variables: { after },
    });
    assert.equal(errors[0]?.extensions["code"], "INVALID_PAGE_TOKEN");
    assert.match(JSON.stringify(errors[0]?.extensions), /"path":"after"/);
  }
  const { errors } = await rig.run("{ letters(first: -1) { id } }");
  assert.match(JSON.stringify(errors[0]?.extensions), /"path":"first","rule":"minimum"/);
});
