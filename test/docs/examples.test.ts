import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { compileApi } from "../../src/plan/compile.ts";

const root = join(import.meta.dirname, "../..");
let folder = "";
const modules: { readonly place: string; readonly path: string; readonly exportsApi: boolean }[] = [];

/** Examples of the documentation that are whole modules: those that import fourfold. */
before(async () => {
  // Within the repository, so that "fourfold" is found as an application finds it.
  await mkdir(join(root, "tmp"), { recursive: true });
  folder = await mkdtemp(join(root, "tmp", "docs-"));
  const guides = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md"));
  for (const guide of ["README.md", ...guides.map((name) => `docs/${name}`)]) {
    const text = await readFile(join(root, guide), "utf8");
    for (const [index, [, code = ""]] of [...text.matchAll(/```ts\n([\s\S]*?)```/g)].entries()) {
      // Where something is left out, it says so.
      if (!/from "fourfold"/.test(code) || code.includes("// ...")) continue;
      const path = join(folder, `${guide.replaceAll(/\W/g, "-")}-${index}.ts`);
      await writeFile(path, code);
      modules.push({
        place: `${guide}, example ${index + 1}`,
        path,
        exportsApi: /export default api\(/.test(code),
      });
    }
  }
});

after(() => rm(folder, { recursive: true, force: true }));

test("examples that are whole modules have no type errors", async () => {
  assert.ok(modules.length > 10, `${modules.length} examples were found`);
  const compilerOptions = { noUnusedLocals: false, isolatedDeclarations: false, declaration: false };
  const config = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"], exclude: [] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const compiler = join(root, "node_modules/.bin/tsc");
  await promisify(execFile)(compiler, ["--noEmit", "-p", join(folder, "tsconfig.json")]).catch((failed) =>
    assert.fail(failed.stdout),
  );
});

test("APIs of examples have no mistakes", async () => {
  const apis = modules.filter(({ exportsApi }) => exportsApi);
  assert.ok(apis.length > 5, `${apis.length} APIs were found`);
  for (const { place, path } of apis) {
    const { default: found } = await import(path);
    assert.doesNotThrow(() => compileApi(found), place);
  }
});
