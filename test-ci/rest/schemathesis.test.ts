import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { startBlog } from "../../test/examples/program.ts";
import { installation } from "../wire/installation.ts";
import { temporaryFolder, without } from "../wire/workspace.ts";

// Schemathesis makes requests of an OpenAPI document, in order and not, and checks every answer against it. What it cannot know is
// declared in schemathesis.toml, with the reason.

const folder = temporaryFolder();
const python = join(folder, "venv/bin/python");
const pip = ["-m", "pip", "install", "--quiet", "--retries", "1", "--requirement", "requirements.txt"];
const skip =
  without("python3") ||
  (await installation(
    ["python3", ["-m", "venv", join(folder, "venv")], folder],
    [python, pip, import.meta.dirname],
  ));

/** Runs all checks; answers what was told, and with which exit code. */
function check(document: string): Promise<{ readonly code: number | string; readonly told: string }> {
  const args = [
    ...["--config-file", join(import.meta.dirname, "schemathesis.toml")],
    ...["run", document, "--checks", "all", "--no-color", "--header", "Authorization: Bearer editor"],
    // A watch has no end: each request would be waited for until it is given up. Their streams have tests of their own.
    ...["--exclude-path-regex", ":watch$"],
  ];
  return new Promise((resolve) => {
    execFile(join(folder, "venv/bin/schemathesis"), args, { cwd: folder }, (failure, told) =>
      resolve({ code: failure?.code ?? 0, told }),
    );
  });
}

describe("Schemathesis", { skip }, () => {
  for (const version of ["1", "2"])
    test(`the blog's answers are what version ${version} of its OpenAPI document says`, async (context) => {
      const blog = await startBlog(context, {
        DATABASE_URL: `sqlite:${join(folder, `blog-${version}.sqlite`)}`,
        BLOG_EDITOR_TOKEN: "editor",
        LOG_LEVEL: "error",
      });
      const { code, told } = await check(`${blog.origins[0]}/api/v${version}/openapi.json`);
      assert.equal(code, 0, told);
      const [, tested] = /^\s*Tested: (\d+)$/m.exec(told) ?? [];
      const [, selected, all] = /^\s*Selected: (\d+)\/(\d+)$/m.exec(told) ?? [];
      assert.equal(tested, selected, told);
      assert.equal(Number(all) - Number(selected), 2, "all but the two watches");
      assert.ok(Number(tested) >= 17, told);
      assert.deepEqual(blog.log, [], "nothing unexpected happened");
    });
});
