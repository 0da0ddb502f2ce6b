import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpRequest } from "../load/http-request.ts";
import { answers } from "../machine/readiness.ts";
import { ServerProcess } from "../machine/server-process.ts";
import type { Source } from "../servers/parts/settings.ts";
import { sampleUsers } from "../servers/parts/users.ts";
import type { Contender } from "./contenders.ts";

/** A server under test, with the paths that it has users under. */
export interface Subject {
  readonly contender: Contender;
  readonly server: ServerProcess;
  /** File with a path a line. */
  readonly paths: string;
}

/** The directory of one run: databases and lists of paths. */
export class Workspace {
  readonly #directory = mkdtempSync(join(tmpdir(), "fourfold-bench-"));
  #files = 0;

  /** Starts a contender; one on SQLite is given its users by its own `POST /users`. */
  async start(contender: Contender, source: Source, logs: boolean): Promise<Subject> {
    const environment = { SOURCE: source, LOGS: logs ? "on" : "off", DATABASE: this.file("sqlite") };
    const isStored = source === "sqlite";
    const path = isStored ? "/users/none" : `/users/${sampleUsers[0]?.id}`;
    const server = await ServerProcess.start({
      command: contender.command,
      environment,
      isReady: answers(path, isStored ? [400, 404] : [200]),
    });
    const ids = isStored ? await createUsers(server.port) : sampleUsers.map(({ id }) => id);
    return { contender, server, paths: this.list(ids.map((id) => `/users/${id}`)) };
  }

  /** A file with a path a line. */
  list(paths: readonly string[]): string {
    const file = this.file("txt");
    writeFileSync(file, `${paths.join("\n")}\n`);
    return file;
  }

  /** The name of a file that is not there yet. */
  file(extension: string): string {
    this.#files += 1;
    return join(this.#directory, `${this.#files}.${extension}`);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

async function createUsers(port: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const { name, email } of sampleUsers) {
    const body = JSON.stringify({ name, email });
    const answer = await httpRequest({ port, method: "POST", path: "/users", body });
    const { id } = JSON.parse(answer.body) as { readonly id?: string };
    if (answer.status !== 201 || id === undefined) throw new Error(`POST /users: ${answer.body}`);
    ids.push(id);
  }
  return ids;
}
