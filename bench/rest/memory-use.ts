import { httpRequest } from "../load/http-request.ts";
import { wrk } from "../load/wrk.ts";
import { residentMiB } from "../machine/proc.ts";
import { answers } from "../machine/readiness.ts";
import { ServerProcess } from "../machine/server-process.ts";
import { type Table, whole } from "../report/table.ts";
import { blog, type Contender, published } from "./contenders.ts";
import { isBuilt } from "./start.ts";
import type { Subject, Workspace } from "./workspace.ts";

/** Requests after which memory is read. */
const marks = [500_000, 1_000_000, 1_500_000, 2_000_000];

/** Resident memory while two million requests go by, with the usual metrics and logs off. */
export async function measureMemoryUse(
  workspace: Workspace,
  contenders: readonly Contender[],
  seconds: number,
): Promise<Table> {
  const rows: (readonly string[])[] = [];
  for (const contender of isBuilt() ? [...contenders, published] : contenders) {
    const subject = await workspace.start(contender, "cache", false);
    rows.push([contender.title, ...(await residentOf(subject, seconds)).map(whole)]);
  }
  rows.push([
    `${blog.title}, from SQLite`,
    ...(await residentOf(await theBlog(workspace), seconds)).map(whole),
  ]);
  return {
    title: "Memory, resident MiB, from an application cache",
    columns: ["server", "at start", ...marks.map((mark) => `after ${mark.toLocaleString("en")}`), "most"],
    rows,
  };
}

/** What is loaded, and the file of the paths that are asked for. */
type Load = Pick<Subject, "server" | "paths">;

/** The example with its sample rows: a user and the list of all, in turn. */
async function theBlog(workspace: Workspace): Promise<Load> {
  const server = await ServerProcess.start({
    command: blog.command,
    environment: { DATABASE_URL: `sqlite:${workspace.file("sqlite")}` },
    isReady: answers("/users", [200]),
  });
  const { body } = await httpRequest({ port: server.port, method: "GET", path: "/users" });
  const { users } = JSON.parse(body) as { readonly users: readonly { readonly id: string }[] };
  return { server, paths: workspace.list(["/users", ...users.map(({ id }) => `/users/${id}`)]) };
}

/** MiB at the start, at each mark, and the most there was. */
async function residentOf({ server, paths }: Load, seconds: number): Promise<number[]> {
  const found = [residentMiB(server.pid)];
  let [requests, most] = [0, 0];
  for (const mark of marks) {
    while (requests < mark) {
      requests += (await wrk({ origin: server.origin, seconds, paths })).requests;
      most = Math.max(most, residentMiB(server.pid));
    }
    found.push(residentMiB(server.pid));
  }
  await server.stop();
  return [...found, most];
}
