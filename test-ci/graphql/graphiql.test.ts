import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startTest, type TestServer } from "fourfold/testing";
import blog from "../../examples/blog/api.ts";
import { openPage, type Page } from "../wire/chromium.ts";
import { temporaryFolder, without } from "../wire/workspace.ts";

describe("GraphiQL in Chromium", { skip: without("chromium") }, () => {
  const folder = temporaryFolder();
  let server: TestServer;
  let page: Page;

  before(async () => {
    server = await startTest(blog);
    page = await openPage(folder, `${server.origin}/graphql`);
  });
  after(async () => {
    await page?.close();
    await server?.close();
  });

  /** Waits until an expression holds in the page. */
  const holds = (expression: string): Promise<unknown> =>
    page.evaluate(`new Promise((resolve, reject) => {
      let tries = 0;
      const look = () => {
        const value = ${expression};
        if (value) resolve(value);
        else if (++tries > 300) reject(new Error("not so: " + document.body.innerText.slice(0, 2000)));
        else setTimeout(look, 50);
      };
      look();
    })`);

  const editor = `document.querySelector(".graphiql-query-editor .CodeMirror")?.CodeMirror`;
  const answer = `document.querySelector(".result-window .CodeMirror")?.CodeMirror.getValue()`;

  async function run(query: string): Promise<void> {
    await holds(`${editor} !== undefined`);
    await page.evaluate(`${editor}.setValue(${JSON.stringify(query)})`);
    await page.evaluate(`document.querySelector(".graphiql-execute-button").click()`);
  }

  test("a query is run, and its answer shown", async () => {
    await run("{ users { name } }");
    assert.match(String(await holds(`${answer}?.includes("Ada Lovelace") && ${answer}`)), /"users"/);
  });

  test("the schema is there for completion and documentation", async () => {
    await page.evaluate(`document.querySelector('[aria-label="Show Documentation Explorer"]')?.click()`);
    assert.ok(
      await holds(
        `document.body.innerText.includes("Root Types") || document.body.innerText.includes("query: Query")`,
      ),
    );
  });

  test("a subscription's events are shown as they come", async () => {
    await run("subscription { userChanged { type row { name } } }");
    await holds(`document.querySelector('.graphiql-execute-button[aria-label*="Stop"]') !== null`);
    const created = fetch(`${server.origin}/users`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "Alan Turing", email: "alan@example.com" }),
    });
    assert.equal((await created).status, 201);
    assert.ok(await holds(`${answer}?.includes("Alan Turing")`));
  });

  test("nothing was loaded from elsewhere, and nothing was kept from loading", async () => {
    const loaded = await page.evaluate(`performance.getEntriesByType("resource").map(({ name }) => name)`);
    assert.ok(Array.isArray(loaded) && loaded.length >= 5);
    for (const address of loaded) assert.ok(String(address).startsWith(server.origin), String(address));
  });
});
