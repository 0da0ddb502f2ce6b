import { connect } from "node:net";
import { decodeUnderstood, type Understood } from "./understanding.ts";

/** What came of the bytes that a server was sent. */
export interface Outcome {
  readonly understood: readonly Understood[];
  /** Of the final answers. */
  readonly statuses: readonly number[];
  /** `closed` by the server; `waiting` for more. */
  readonly end: "closed" | "waiting";
}

/** How long a server may say nothing before the next part is sent, and before it is taken to wait for more. */
export interface Patience {
  readonly partMs: number;
  readonly endMs: number;
}

/**
 * Sends the parts, each when the one before was answered, and takes what comes until the server closes. (Node drops a request
 * that it has understood where the same read has something malformed after it.)
 */
export async function ask(port: number, parts: readonly string[], patience: Patience): Promise<Outcome> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  const closed = new Promise<true>((resolve) => socket.once("close", () => resolve(true)));
  let answers = "";
  let answered = Promise.withResolvers<void>();
  socket.setEncoding("latin1");
  socket.on("data", (text) => {
    answers += text;
    answered.resolve();
  });
  // A server that has refused may reset the connection: what it said before that counts.
  socket.on("error", () => {});
  for (const part of parts) {
    answered = Promise.withResolvers();
    if (socket.writable) socket.write(part, "latin1");
    await within<unknown>(patience.partMs, answered.promise, closed);
  }
  const end = await within(patience.endMs, closed);
  socket.destroy();
  return { ...read(answers), end: end === true ? "closed" : "waiting" };
}

/** The first of the promises that resolves; undefined after so long. */
async function within<T>(ms: number, ...promises: readonly Promise<T>[]): Promise<T | undefined> {
  const timeout = Promise.withResolvers<undefined>();
  const timer = setTimeout(timeout.resolve, ms, undefined);
  const value = await Promise.race([...promises, timeout.promise]);
  clearTimeout(timer);
  return value;
}

function read(answers: string): Omit<Outcome, "end"> {
  const statuses = [...answers.matchAll(/^HTTP\/1\.1 ([2-5]\d\d) /gm)].map((match) => Number(match[1]));
  const told = [...answers.matchAll(/^x-understood: (\S+)\r$/gim)];
  return { statuses, understood: told.map((match) => decodeUnderstood(match[1] ?? "")) };
}
