import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startTest, type TestServer } from "fourfold/testing";
import blog from "../../../../examples/blog/api.ts";

const folder = mkdtempSync(join(tmpdir(), "fourfold-trusted-"));
after(() => rmSync(folder, { recursive: true }));

function list(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

async function ask({ origin }: TestServer, content: unknown, path = "/graphql") {
  const response = await fetch(`${origin}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify(content),
  });
  // biome-ignore lint/suspicious/noExplicitAny: any JSON, looked into by the tests
  return { status: response.status, json: (await response.json()) as any };
}

const names = "{ users { name } }";
const hash = createHash("sha256").update(names).digest("hex");

test("documents of the list are run by their id or hash, and no others", async () => {
  const file = list("relay.json", { [hash]: names, today: "{ users { displayName } }" });
  await using server = await startTest(blog, { graphql: { trustedDocuments: { file } } });
  for (const reference of [
    { documentId: hash },
    { documentId: `sha256:${hash}` },
    { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } },
    { query: names, documentId: hash },
  ])
    assert.equal((await ask(server, reference)).json.data.users[0].name, "Ada Lovelace");
  // A document for another version is there in that one.
  const today = await ask(server, { documentId: "today" }, "/api/v2/graphql");
  assert.equal(today.json.data.users[0].displayName, "Ada Lovelace");
  for (const reference of [{ query: names }, { documentId: "none" }, { documentId: "today" }]) {
    const refused = await ask(server, reference);
    assert.equal(refused.status, 403);
    assert.equal(refused.json.errors[0].extensions.code, "DOCUMENT_NOT_TRUSTED");
  }
});

test("a manifest of Apollo's is read, and others run where that is said", async () => {
  const file = list("apollo.json", {
    format: "apollo-persisted-query-manifest",
    version: 1,
    operations: [{ id: "names", name: "Names", type: "query", body: names }],
  });
  await using server = await startTest(blog, { graphql: { trustedDocuments: { file, only: false } } });
  assert.equal((await ask(server, { documentId: "names" })).status, 200);
  assert.equal((await ask(server, { query: "{ __typename }" })).status, 200);
  assert.equal((await ask(server, { documentId: "none" })).json.errors[0].message, "PersistedQueryNotFound");
});

test("a list that cannot be used keeps the server from starting, in one line that says why", async () => {
  for (const [file, reason] of [
    [join(folder, "none.json"), /cannot be read: ENOENT/],
    [list("text.json", "{"), /cannot be read/],
    [list("array.json", '[{"a":1}]'), /is no list of trusted documents/],
    [list("number.json", { a: 1 }), /is no list of trusted documents/],
    [list("unfit.json", { a: names, b: "{ unicorns }" }), /"b" cannot be run: .*unicorns/],
    [list("syntax.json", { a: "{" }), /"a" cannot be run: Syntax Error/],
  ] as const)
    await assert.rejects(startTest(blog, { graphql: { trustedDocuments: { file } } }), (thrown: Error) => {
      assert.equal(thrown.name, "StartError");
      assert.match(thrown.message, reason);
      assert.ok(!thrown.message.includes("\n"));
      return true;
    });
});
