import { existsSync } from "node:fs";
import { join } from "node:path";
import { answers } from "../machine/readiness.ts";
import { ServerProcess } from "../machine/server-process.ts";
import { median } from "../report/statistics.ts";
import { type Table, whole } from "../report/table.ts";
import { sampleUsers } from "../servers/parts/users.ts";
import { blog, type Contender, published } from "./contenders.ts";
import type { Workspace } from "./workspace.ts";

const root = join(import.meta.dirname, "../..");
const api = join(root, "examples/blog/api.ts");
const program = join(root, "dist/cli/main.js");
const usersPath = `/users/${sampleUsers[0]?.id}`;

/** A program whose start is timed. */
interface Program {
  readonly title: string;
  readonly path: string;
  readonly command: readonly string[];
}

/** Milliseconds from the start of a process to its first answer, with warm file caches. */
export async function measureStart(
  workspace: Workspace,
  contenders: readonly Contender[],
  rounds: number,
): Promise<Table> {
  const results = new Map(programs(contenders).map((program) => [program, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [{ command, path }, found] of results) {
      const file = workspace.file("sqlite");
      const environment = { DATABASE_URL: `sqlite:${file}`, DATABASE: file };
      const server = await ServerProcess.start({ command, environment, isReady: answers(path, [200]) });
      found.push(server.startMs);
      await server.stop();
    }
  }
  const rows = [...results].map(([{ title }, found]) => [
    title,
    whole(median(found)),
    whole(Math.min(...found)),
  ]);
  return { title: "Start to first answer", columns: ["server", "median ms", "least ms"], rows };
}

/** What is published is there to be started. */
export function isBuilt(): boolean {
  return existsSync(join(root, "dist/index.js"));
}

function programs(contenders: readonly Contender[]): readonly Program[] {
  const node = process.execPath;
  const options = ["--listen", "127.0.0.1:{port}", "--log-level=silent"];
  const peers = contenders.map(({ title, command }) => ({ title, command, path: usersPath }));
  const ours: Program[] = [{ title: blog.title, path: "/users", command: blog.command }];
  // What is published: made by `npm run build`.
  if (isBuilt()) {
    ours.push(
      { title: published.title, path: usersPath, command: published.command },
      {
        title: "fourfold: the blog, by fourfold serve, as published",
        path: "/users",
        command: [node, program, "serve", api, ...options],
      },
    );
  }
  return [...peers, ...ours];
}
