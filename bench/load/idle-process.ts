import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs a program that opens something, says so on standard output, and leaves it open, while something else is done. */
export async function whileOpen<T>(command: readonly string[], work: () => Promise<T>): Promise<T> {
  const [program = "", ...words] = command;
  const loader = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(loader, "exit");
  try {
    // What ends it early, it has said on standard error.
    const isOpen = await Promise.race([once(loader.stdout, "data").then(() => true), exit.then(() => false)]);
    if (!isOpen) throw new Error(`${command.join(" ")} has opened nothing`);
    return await work();
  } finally {
    loader.kill("SIGKILL");
    await exit;
  }
}
