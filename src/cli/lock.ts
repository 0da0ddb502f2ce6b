import type { Command } from "commander";
import { compileApi } from "../plan/compile.ts";
import { lockText } from "../protocols/grpc/lock/lock-text.ts";
import { shownPath } from "../protocols/grpc/lock/read-lock.ts";
import { replaceFile } from "../protocols/grpc/lock/replace-file.ts";
import { StartError } from "../server/start-error.ts";
import { assertNoneRetyped, describeChange, grpcContracts } from "./grpc-lock.ts";
import { loadApi } from "./load-api.ts";

/** Adds `fourfold lock`. */
export function addLock(program: Command): void {
  program
    .command("lock")
    .description("write the numbers of the .proto into the file that the API's option `lock` names")
    .argument("<module>", "a file whose default export is made by api(...)")
    .action(writeLock);
}

async function writeLock(module: string): Promise<void> {
  const plan = compileApi(await loadApi(module));
  const { lock, comparison } = await grpcContracts(plan);
  if (lock.path === null)
    throw new StartError(
      `"${plan.api.name}" names no lock: write lock: new URL("./fourfold.lock.json", import.meta.url) into api(...)`,
    );
  const file = shownPath(lock.path);
  assertNoneRetyped(comparison, `${file} is left as it was`);
  if (lock.exists && comparison.changes.length === 0) {
    process.stdout.write(`${file} is up to date\n`);
    return;
  }
  await write(lock.path, lockText(comparison.next));
  const lines = comparison.changes.map((change) => `${change.place}: ${describeChange(change)}`);
  process.stdout.write(`${[...lines, `Wrote ${file}`].join("\n")}\n`);
}

async function write(path: string, text: string): Promise<void> {
  try {
    await replaceFile(path, text);
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : null;
    if (code === null) throw thrown;
    throw new StartError(`${shownPath(path)} cannot be written (${code})`, { cause: thrown });
  }
}
