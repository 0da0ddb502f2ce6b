import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/**
 * Seconds of processor time that a process has taken so far, all threads and the kernel's work for it together. Those of the
 * threads that there are, which the kernel counts in nanoseconds; where others have ended, all together, in ticks of 10 ms.
 */
export function cpuSeconds(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) nanoseconds += threadNanoseconds(pid, thread);
  return Math.max(nanoseconds / 1e9, secondsAt(pid, 11));
}

/** 0 for a thread that has just ended. */
function threadNanoseconds(pid: number, thread: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1").split(" ")[0]);
  } catch {
    return 0;
  }
}

/** The same of the children of a process that have ended, and that it has waited for. */
export function childCpuSeconds(pid: number): number {
  return secondsAt(pid, 13);
}

/** A time in the user's code and one in the kernel's, one behind the other. */
function secondsAt(pid: number, place: number): number {
  // proc_pid_stat(5): the name in parentheses may hold anything, so fields are counted after it.
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(")").at(-1)?.trim().split(" ") ?? [];
  return (Number(fields[place]) + Number(fields[place + 1])) / ticksPerSecond;
}

/** MiB of memory that a process holds resident. */
export function residentMiB(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  return Number(kibibytes) / 1024;
}
