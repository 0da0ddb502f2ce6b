import { wrk } from "../load/wrk.ts";
import { residentMiB } from "../machine/proc.ts";
import { type Table, whole } from "../report/table.ts";
import type { Contender } from "./contenders.ts";
import type { Workspace } from "./workspace.ts";

const total = 1_000_000;

/** Resident memory while a million requests go by, with the usual metrics and logs off. */
export async function measureMemoryUse(
  workspace: Workspace,
  contenders: readonly Contender[],
  seconds: number,
): Promise<Table> {
  const rows: (readonly string[])[] = [];
  for (const contender of contenders) {
    const { server, paths } = await workspace.start(contender, "cache", false);
    const atStart = residentMiB(server.pid);
    let [requests, atHalf, most] = [0, 0, 0];
    while (requests < total) {
      requests += (await wrk({ origin: server.origin, seconds, paths })).requests;
      const resident = residentMiB(server.pid);
      most = Math.max(most, resident);
      if (atHalf === 0 && requests >= total / 2) atHalf = resident;
    }
    const atEnd = residentMiB(server.pid);
    await server.stop();
    rows.push([contender.title, ...[atStart, atHalf, atEnd, most].map(whole)]);
  }
  return {
    title: "Memory, resident MiB, from an application cache",
    columns: ["server", "at start", "after 500,000 requests", "after 1,000,000", "most"],
    rows,
  };
}
