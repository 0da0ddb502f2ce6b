import { constants, fstatSync, openSync } from "node:fs";
import { isatty } from "node:tty";

/**
 * A descriptor for the same pipe or terminal on which a write never waits. Opened anew, for the flag on the given one
 * would be everybody's who shares it. Where that is not possible (files, which do not make anyone wait; sockets; systems
 * without /proc; pipes of another user) it is the given one, and a write waits as `console.log` does.
 */
export function openWithoutWaiting(fd: number): number {
  try {
    if (!isatty(fd) && !fstatSync(fd).isFIFO()) return fd;
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return fd;
  }
}
