import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Something that ends: a test, or with node:test's `after` a file of tests. */
export interface Ending {
  after(end: () => void | Promise<void>): void;
}

const root = join(import.meta.dirname, "../..");

// As `npm start` has them; a program that is one of the sources runs as it is.
const flags = ["--import", "./scripts/start.js"];
const sourceFlags = ["--conditions=fourfold-source", "--import", "fourfold/compile-cache"];

/** A program started as users start it, and what it has written so far. */
export class Program {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  readonly exited: Promise<number | string>;

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
    const isSource = args.some((arg) => arg.startsWith("src/"));
    this.child = spawn(process.execPath, [...(isSource ? sourceFlags : flags), ...args], {
      cwd: root,
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.on("data", (chunk) => {
      this.stdout += String(chunk);
    });
    this.child.stderr?.on("data", (chunk) => {
      this.stderr += String(chunk);
    });
    this.exited = once(this.child, "close").then(([code, signal]) => code ?? signal);
  }

  /** Waits until something holds of what was written; fails after ten seconds, or when the program has ended. */
  async until(holds: () => boolean): Promise<void> {
    let code: number | string | null = null;
    void this.exited.then((ended) => {
      code = ended;
    });
    const deadline = Date.now() + 10_000;
    while (!holds()) {
      if (code !== null || Date.now() > deadline)
        throw new Error(`it did not come (exit ${code}): ${this.stderr}\n${this.stdout}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** The origins that the greeting names. */
  get origins(): readonly string[] {
    return [...(/is served at (.*)/.exec(this.stderr)?.[1] ?? "").matchAll(/http:\/\/localhost:\d+/g)].map(
      ([origin]) => origin.replace("localhost", "127.0.0.1"),
    );
  }

  /** The lines of the log. */
  get log(): readonly Readonly<Record<string, unknown>>[] {
    return this.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

/** A folder that is gone when the test has ended. */
export async function folder(test: Ending): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "fourfold-"));
  test.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Starts a module that runs until it is told to stop; it is stopped with the test at the latest. */
export function start(
  test: Ending,
  module: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Program {
  const program = new Program([module, ...args], { LISTEN: "127.0.0.1:0", ...env });
  test.after(async () => {
    program.kill("SIGKILL");
    await program.exited;
  });
  return program;
}

/** Starts the blog, and waits for its greeting. */
export async function startBlog(
  test: Ending,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<Program> {
  const program = start(test, "examples/blog/start.ts", env, args);
  await program.until(() => program.stderr.endsWith("\n\n"));
  return program;
}

/** Runs to the end. */
export async function runToEnd(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | string; stdout: string; stderr: string }> {
  const program = new Program(args, env);
  const timer = setTimeout(() => program.kill("SIGKILL"), 15_000);
  const code = await program.exited;
  clearTimeout(timer);
  return { code, stdout: program.stdout, stderr: program.stderr };
}
