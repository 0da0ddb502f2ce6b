import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Seconds of processor time that a process has taken so far, all threads and the kernel's work for it together. */
export function cpuSeconds(pid: number): number {
  return secondsAt(pid, 11);
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
