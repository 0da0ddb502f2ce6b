import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Reply } from "./asked.ts";

/** One of the processes of the soak, seen from the test. `A` says what it answers to which question. */
export class SoakProcess<A extends object> {
  readonly #child: ChildProcess;

  constructor(script: string, args: readonly (string | number)[] = []) {
    this.#child = fork(script, args.map(String), {
      execArgv: ["--conditions=fourfold-source", "--expose-gc"],
    });
  }

  /** Rejects when the process ends before it answers. */
  ask<K extends keyof A & string>(name: K, argument = 0): Promise<A[K]> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        child.off("message", take);
        child.off("exit", lost);
      };
      const take = (reply: Reply<A[K]>): void => {
        if (reply.name !== name) return;
        settle();
        resolve(reply.value);
      };
      const lost = (): void => {
        settle();
        reject(new Error(`${child.spawnargs.at(-1)} has ended (${child.exitCode ?? child.signalCode})`));
      };
      child.on("message", take);
      child.on("exit", lost);
      if (child.connected) child.send({ name, argument });
      else lost();
    });
  }

  /** The exit code of a process that has nothing left to do; null where it had to be killed. */
  async exitCode(withinMs: number): Promise<number | null> {
    const timer = setTimeout(() => this.kill(), withinMs);
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
    clearTimeout(timer);
    return this.#child.exitCode;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
