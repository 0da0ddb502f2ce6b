import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installation } from "../../wire/installation.ts";

/** Path of the program, once it is installed in a folder. */
export function bufIn(folder: string): string {
  return join(folder, "node_modules/.bin/buf");
}

/** Installs buf, a compiler of .proto files. For a test's `skip`: false where it is there then. */
export async function installBuf(folder: string): Promise<string | false> {
  await writeFile(join(folder, "package.json"), "{}");
  const options = ["--no-audit", "--no-fund", "--fetch-retries=1"];
  return await installation(["npm", ["install", ...options, "@bufbuild/buf@1.75.0"], folder]);
}
