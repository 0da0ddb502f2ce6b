import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import {
  notTested,
  startPostgres,
  type TemporaryPostgres,
} from "../../test-ci/postgres/temporary-postgres.ts";
import { childCpuSeconds, cpuSeconds } from "./proc.ts";
import { loadCore } from "./server-process.ts";

/** A PostgreSQL of one run, on the core of the load: the server under test has the other one to itself. */
export class PostgresProcess {
  readonly #server: TemporaryPostgres;
  readonly #pid: number;

  private constructor(server: TemporaryPostgres) {
    this.#server = server;
    this.#pid = Number(readFileSync(`${server.folder}/data/postmaster.pid`, "utf8").split("\n")[0]);
  }

  /** Throws, saying what to install, where there is none. */
  static async start(): Promise<PostgresProcess> {
    if (notTested !== false) throw new Error(notTested);
    const made = new PostgresProcess(await startPostgres({ shared_buffers: "256MB" }));
    // Processes that are started later inherit it.
    for (const pid of made.#pids())
      execFileSync("taskset", ["--pid", "--cpu-list", loadCore, String(pid)], { stdio: "ignore" });
    return made;
  }

  createDatabase(): Promise<string> {
    return this.#server.createDatabase();
  }

  run(sql: string, url: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.#server.run(sql, url);
  }

  /** Of all its processes, those that have ended too. */
  cpuSeconds(): number {
    return this.#pids().reduce((sum, pid) => sum + cpuSeconds(pid), childCpuSeconds(this.#pid));
  }

  stop(): Promise<void> {
    return this.#server.dispose();
  }

  #pids(): readonly number[] {
    const children = readFileSync(`/proc/${this.#pid}/task/${this.#pid}/children`, "utf8");
    return [this.#pid, ...children.trim().split(" ").filter(Boolean).map(Number)];
  }
}
