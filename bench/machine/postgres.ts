import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
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
    made.#each((pid) =>
      execFileSync("taskset", ["--pid", "--cpu-list", loadCore, String(pid)], { stdio: "ignore" }),
    );
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
    let sum = childCpuSeconds(this.#pid);
    this.#each((pid) => {
      sum += cpuSeconds(pid);
    });
    return sum;
  }

  stop(): Promise<void> {
    return this.#server.dispose();
  }

  /** Does something with each process; one that has ended since it was listed is left out. */
  #each(act: (pid: number) => void): void {
    const children = readFileSync(`/proc/${this.#pid}/task/${this.#pid}/children`, "utf8");
    act(this.#pid);
    for (const child of children.trim().split(" ").filter(Boolean)) {
      try {
        act(Number(child));
      } catch (error) {
        if (existsSync(`/proc/${child}`)) throw error;
      }
    }
  }
}
