import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";

/** Settings of postgresql.conf. */
export type PostgresSettings = Readonly<Record<string, string | number>>;

const isRoot = process.getuid?.() === 0;
const user = "fourfold";
const password = "it's a secret: 1/2?";

/** Why tests on PostgreSQL are skipped here; false where they can be run. */
export const notTested: string | false =
  findBinaries() === null ? "NOT TESTED: PostgreSQL is not installed" : runAs() === null && whyNoUser();

/** Starts a server of its own on a free port, with its files in a temporary folder. Whoever starts it disposes of it. */
export async function startPostgres(settings: PostgresSettings = {}): Promise<TemporaryPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "fourfold-postgres-"));
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password);
  giveToServer(folder);
  const words = [`--pgdata=${folder}/data`, `--username=${user}`, `--pwfile=${passwordFile}`];
  runSync("initdb", [...words, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
  const server = new TemporaryPostgres(folder, await freePort(), settings);
  await server.start();
  return server;
}

/** A PostgreSQL of a test's own. What it acknowledges is on the disk, as in production. */
export class TemporaryPostgres {
  readonly port: number;
  readonly folder: string;
  readonly #settings: PostgresSettings;
  #process: ChildProcess | null = null;
  #databases = 0;
  /** A test that ends by itself leaves no server behind. */
  readonly #abandoned = (): void => {
    runSync("pg_ctl", ["stop", "-D", `${this.folder}/data`, "-m", "immediate", "-W", "-s"]);
    rmSync(this.folder, { recursive: true, force: true });
  };

  constructor(folder: string, port: number, settings: PostgresSettings) {
    this.folder = folder;
    this.port = port;
    this.#settings = settings;
  }

  /** As in `DATABASE_URL`. */
  url(database = "postgres"): string {
    return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/${database}`;
  }

  /** The URL of a new database without tables. */
  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`;
    await this.run(`create database ${name}`);
    return this.url(name);
  }

  /** Runs statements on a connection of its own; the rows of the last one. */
  async run(sql: string, url: string = this.url()): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const results: unknown = await client.query(sql);
      const last: unknown = Array.isArray(results) ? results.at(-1) : results;
      return (last as { readonly rows: readonly Readonly<Record<string, unknown>>[] }).rows;
    } finally {
      await client.end();
    }
  }

  /** Starts it, or starts it again; resolves when it takes connections. */
  async start(): Promise<void> {
    process.once("exit", this.#abandoned);
    const settings = {
      listen_addresses: "127.0.0.1",
      unix_socket_directories: this.folder,
      ...this.#settings,
    };
    const words = Object.entries({ port: this.port, ...settings }).flatMap(([name, value]) => [
      "-c",
      `${name}=${value}`,
    ]);
    const [program, ...rest] = commandOf("postgres", ["-D", `${this.folder}/data`, ...words]);
    const started = spawn(program, rest, { stdio: ["ignore", "ignore", "pipe"], cwd: this.folder });
    this.#process = started;
    let log = "";
    started.stderr?.on("data", (bytes) => {
      log = (log + String(bytes)).slice(-10_000);
    });
    for (let tries = 0; tries < 600; tries++) {
      if (started.exitCode !== null) throw new Error(`PostgreSQL has not started:\n${log}`);
      try {
        await this.run("select 1");
        return;
      } catch {
        await sleep(50);
      }
    }
    throw new Error(`PostgreSQL does not take connections:\n${log}`);
  }

  /** `fast` ends connections and goes in order; `immediate` is as a crash. Resolves when it is gone. */
  async stop(how: "fast" | "immediate" = "fast"): Promise<void> {
    const running = this.#process;
    this.#process = null;
    process.off("exit", this.#abandoned);
    if (running === null) return;
    const gone = new Promise<void>((resolve) => running.once("exit", () => resolve()));
    runSync("pg_ctl", ["stop", "-D", `${this.folder}/data`, "-m", how, "-W"]);
    if (running.exitCode === null) await gone;
  }

  /** Ends it for good, and removes its files. */
  async dispose(): Promise<void> {
    await this.stop("immediate");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The folder of the newest server's programs; null where there is none. */
export function findBinaries(): string | null {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, "initdb"))) ?? null;
}

/** Makes a folder the server's user's. */
export function giveToServer(folder: string): void {
  if (isRoot) execFileSync("chown", ["-R", "postgres", folder]);
}

/** PostgreSQL refuses to run as root: the words in front of a command that make it another user's. Null where there is no such user. */
function runAs(): readonly string[] | null {
  if (!isRoot) return [];
  try {
    execFileSync("id", ["postgres"], { stdio: "ignore" });
    return ["runuser", "-u", "postgres", "--"];
  } catch {
    return null;
  }
}

function whyNoUser(): string {
  return "NOT TESTED: PostgreSQL does not run as root, and there is no user postgres";
}

function commandOf(program: string, words: readonly string[]): readonly [string, ...string[]] {
  const [first = join(findBinaries() ?? "", program), ...rest] = [
    ...(runAs() ?? []),
    join(findBinaries() ?? "", program),
    ...words,
  ];
  return [first, ...rest];
}

/** Runs one of the server's programs to its end, as the server's user. */
export function runSync(program: string, words: readonly string[]): void {
  const [command, ...rest] = commandOf(program, words);
  execFileSync(command, rest, { stdio: ["ignore", "ignore", "inherit"], cwd: tmpdir() });
}

/** A port of 127.0.0.1 that nobody listens at. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
