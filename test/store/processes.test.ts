import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { everyRow } from "../../src/schema/condition.ts";
import { blog, childEnvironment, idOf, openFor, temporaryFolder } from "./tables.ts";

const child = fileURLToPath(new URL("processes-child.ts", import.meta.url));

test("processes that start at once on a new file share it, and lose none of each other's writes", async (context) => {
  const location = join(temporaryFolder(context), "processes.sqlite");
  const codes = await Promise.all(
    [1, 2, 3].map(
      (number) =>
        new Promise((resolve) => {
          const words = ["--conditions=fourfold-source", child, location, String(number)];
          spawn(process.execPath, words, {
            stdio: ["ignore", "inherit", "inherit"],
            env: childEnvironment,
          }).once("exit", resolve);
        }),
    ),
  );
  assert.deepEqual(codes, [0, 0, 0]);
  const users = openFor(context, blog, location).table("users");
  assert.equal(await users.count(everyRow), 76);
  assert.equal((await users.get(idOf(999_999), null))?.["name"], "75");
});
