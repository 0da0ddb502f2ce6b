import { spawn } from "node:child_process";

/** What a child process wrote, and how it ended. */
export interface Ran {
  readonly lines: readonly Record<string, unknown>[];
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs statements in a process of their own, with `createLogging` at hand; each line of its output is read as JSON. */
export async function runLogging(statements: string, reader: string | null = null): Promise<Ran> {
  const child = spawnLogging(statements, reader);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (part) => {
    stdout += part;
  });
  child.stderr.setEncoding("utf8").on("data", (part) => {
    stderr += part;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const lines = stdout.split("\n").filter((line) => line !== "");
  return { lines: lines.map((line) => JSON.parse(line)), code, stderr };
}

/** The same, for those who want to handle its output themselves. A `reader` is a shell command that its output is piped to. */
export function spawnLogging(statements: string, reader: string | null = null) {
  const source = (name: string) =>
    JSON.stringify(new URL(`../../src/observe/${name}.ts`, import.meta.url).href);
  const program = `
    import { createLogging } from ${source("logging")};
    import { takeRequestId, toText } from ${source("request-id")};
    import { RequestRecord } from ${source("request-record")};
    import { RequestSeries } from ${source("request-series")};
    import { incomingTrace } from ${source("trace")};
    const start = (options) => createLogging({ level: "info", ...options });
    ${statements}`;
  const command = [process.execPath, "--input-type=module", "--eval", program];
  const [file = "", ...rest] = reader === null ? command : ["sh", "-c", `"$0" "$@" | ${reader}`, ...command];
  return spawn(file, rest, { stdio: ["ignore", "pipe", "pipe"] });
}
