import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");
let folder = "";

/** What the guide's examples are about. */
const shop = `import { api, channel, command, resource, t } from "fourfold";

export const Order = resource("Order", {
  fields: { id: t.id(), state: t.enum(["open", "paid"], { default: "open" }), total: t.decimal({ precision: 10, scale: 2 }) },
});
export const pay = command("pay", {
  on: Order,
  output: Order,
  handle: ({ target, db }) => db(Order).update(target.id, { state: "paid" }),
});
export const room = channel("/rooms/{id}", { message: t.text() });
export default api("shop", { resources: [Order], operations: [pay], channels: [room] });
`;

before(async () => {
  // Within the repository, so that "fourfold" is found as an application finds it.
  await mkdir(join(root, "tmp"), { recursive: true });
  folder = await mkdtemp(join(root, "tmp", "client-"));
});
after(() => rm(folder, { recursive: true }));

test("the guide's examples have no type errors, in a project for browsers", async () => {
  const guide = await readFile(join(root, "docs/client.md"), "utf8");
  const examples = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, example = ""]) => example);
  assert.equal(examples.length, 2);
  for (const [index, example] of examples.entries())
    await writeFile(join(folder, `example${index}.ts`), example);
  await writeFile(join(folder, "shop.ts"), shop);
  const compilerOptions = { lib: ["es2024", "esnext.disposable", "dom", "dom.asynciterable"] };
  const config = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"], exclude: [] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  await promisify(execFile)(join(root, "node_modules/.bin/tsc"), ["--noEmit", "-p", folder]);
});
