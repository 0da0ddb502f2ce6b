import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, giveToServer, type TemporaryPostgres } from "./temporary-postgres.ts";
import { until } from "./until.ts";

/** A PgBouncer in transaction mode in front of a server, with three connections to it. */
export class PgbouncerProcess {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #port: number;

  constructor(process: ChildProcess, folder: string, port: number) {
    this.#process = process;
    this.#folder = folder;
    this.#port = port;
  }

  /** The server's URL, by way of it. */
  through(url: string): string {
    return url.replace(/@127\.0\.0\.1:\d+/, `@127.0.0.1:${this.#port}`);
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGINT");
    const impatient = setTimeout(() => this.#process.kill("SIGKILL"), 2_000);
    await gone;
    clearTimeout(impatient);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Starts one as the server's user, for it does not run as root. */
export async function startPgbouncer(server: TemporaryPostgres): Promise<PgbouncerProcess> {
  const folder = mkdtempSync(join(tmpdir(), "fourfold-pgbouncer-"));
  const port = await freePort();
  const { username, password } = new URL(server.url());
  writeFileSync(join(folder, "users"), `"${username}" "${decodeURIComponent(password)}"\n`);
  writeFileSync(join(folder, "pgbouncer.ini"), settings(folder, port, server.port));
  chmodSync(folder, 0o755);
  giveToServer(folder);
  const words = ["pgbouncer", join(folder, "pgbouncer.ini")];
  const user =
    process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  const [program = "", ...rest] = [...user, ...words];
  const started = spawn(program, rest, { stdio: "ignore", cwd: folder });
  process.once("exit", () => started.kill("SIGKILL"));
  await until(() => listens(port), "PgBouncer listens");
  return new PgbouncerProcess(started, folder, port);
}

function settings(folder: string, port: number, serverPort: number): string {
  return `[databases]
* = host=127.0.0.1 port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, "users")}
logfile = ${join(folder, "log")}
pool_mode = transaction
default_pool_size = 3
max_client_conn = 200
`;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
