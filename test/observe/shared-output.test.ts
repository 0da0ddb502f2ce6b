import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";

const lines = 1_500;
const logging = JSON.stringify(new URL("../../src/observe/logging.ts", import.meta.url).href);

const program = `
  import { createLogging } from ${logging};
  const { log } = createLogging({ level: "info", shared: true });
  for (let index = 0; index < ${lines}; index++) {
    log.info("line", { index, filling: "ä".repeat((index * 7) % 1_000) });
    if (index % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }`;

/** Two processes write to one pipe, whose reader takes its time. */
function writeTogether(): Promise<string> {
  const script =
    '("$0" --input-type=module -e "$1" & "$0" --input-type=module -e "$1" & wait) | (sleep 0.3; cat)';
  const shell = spawn("sh", ["-c", script, process.execPath, program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  shell.stdout.setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  return new Promise((resolve) => shell.once("close", () => resolve(text)));
}

test("lines of several processes in one pipe stay whole, and say whose they are", async () => {
  const text = await writeTogether();
  const written: { pid: number; index: number }[] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const byPid = Map.groupBy(written, ({ pid }) => pid);
  assert.equal(byPid.size, 2);
  for (const each of byPid.values())
    assert.deepEqual(
      each.map(({ index }) => index),
      Array.from({ length: lines }, (_, index) => index),
    );
});
