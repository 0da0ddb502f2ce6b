import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { serve } from "../../src/server/index.ts";

const root = join(import.meta.dirname, "../..");
let folder = "";

before(async () => {
  // Within the repository, so that "fourfold" is found as an application finds it.
  await mkdir(join(root, "tmp"), { recursive: true });
  folder = await mkdtemp(join(root, "tmp", "readme-"));
  const readme = await readFile(join(root, "README.md"), "utf8");
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  assert.ok(example, "README has an example");
  await writeFile(join(folder, "app.ts"), example);
});

after(() => rm(folder, { recursive: true, force: true }));

test("README's example has no type errors", async () => {
  const config = { extends: "../../tsconfig.json", include: ["app.ts"], exclude: [] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const compiler = join(root, "node_modules/.bin/tsc");
  await promisify(execFile)(compiler, ["--noEmit", "-p", join(folder, "tsconfig.json")]);
});

test("README's example does what README says", async () => {
  const app = (await import(join(folder, "app.ts"))).default;
  const server = await serve(app, {
    listen: ["127.0.0.1:0"],
    database: "sqlite::memory:",
    logLevel: "silent",
  });
  try {
    const [origin] = server.origins;
    const post = (path: string, body: unknown): Promise<Response> =>
      fetch(`${origin}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const created = await post("/api/v1/users", { name: "Ada", email: "ada@example.com" });
    assert.equal(created.status, 201);
    const { id } = (await created.json()) as { id: string };
    const renamed = await post(`/api/v2/users/${id}:rename`, { to: "Ada Lovelace" });
    assert.deepEqual(await renamed.json(), { id, displayName: "Ada Lovelace", email: "ada@example.com" });
    const taken = await post("/users", { displayName: "Bo", email: "ADA@example.com" });
    assert.equal(taken.status, 409);
    assert.deepEqual(await taken.json(), {
      error: { code: "EMAIL_TAKEN", message: "Already exists", details: { email: "ADA@example.com" } },
    });
  } finally {
    await server.close();
  }
});
