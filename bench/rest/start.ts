import { join } from "node:path";
import { ServerProcess } from "../machine/server-process.ts";
import { sampleUsers } from "../servers/parts/users.ts";
import type { Contender } from "./contenders.ts";
import { median } from "./statistics.ts";
import { type Table, whole } from "./table.ts";
import type { Workspace } from "./workspace.ts";

const blog = join(import.meta.dirname, "../../examples/blog/start.ts");

/** Milliseconds from the start of a process to its first answer, with warm file caches. */
export async function measureStart(
  workspace: Workspace,
  contenders: readonly Contender[],
  rounds: number,
): Promise<Table> {
  const starts = contenders.map(({ title, command }) => ({
    title,
    path: `/users/${sampleUsers[0]?.id}`,
    command,
    database: (): string => ":memory:",
  }));
  starts.push({
    title: "fourfold: the blog, with an empty database",
    path: "/users",
    command: [
      ...[process.execPath, "--conditions=fourfold-source", blog, "--listen", "127.0.0.1:{port}"],
      "--log-level=silent",
    ],
    database: () => workspace.file("sqlite"),
  });
  const results = new Map(starts.map((start) => [start, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [{ command, path, database }, found] of results) {
      const file = database();
      const environment = { DATABASE_URL: `sqlite:${file}`, DATABASE: file };
      const server = await ServerProcess.start({ command, environment, path, status: [200] });
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
