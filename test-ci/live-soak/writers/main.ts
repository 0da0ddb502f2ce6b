import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { answerQuestions } from "../../soak/process/asked.ts";
import { largeText, options } from "../options.ts";
import { Speaker } from "./speaker.ts";

/** The writers of the soak, in a process of their own. Argument: the server's port. */

const port = Number(process.argv[2]);
const smallRows = 8;
const largeRows = 4;
/** So often a row is made, and goes again. */
const passingEvery = 10;
const triesMax = 5;
const tally = { changes: 0, failures: [] as string[] };
let isStopping = false;

const writing = Promise.all([
  ...each(smallRows, () => write("notes", { title: "small" }, options.changes / smallRows)),
  ...each(largeRows, () => write("scrolls", { text: largeText }, options.largeChanges / largeRows)),
]);
const speakers = [
  ...[0, 1, 2, 3].map((room) => speaker(`/rooms/${room}`, "small")),
  ...["/rooms/large", "/loose/large"].map((path) => speaker(path, largeText)),
];

answerQuestions({
  report: () => ({ ...tally, messages: speakers.reduce((sum, { said }) => sum + said, 0) }),
  stop: async () => {
    isStopping = true;
    await writing;
    for (const each of speakers) each.calmDown();
    return true;
  },
});

function each<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function speaker(path: string, text: string): Speaker {
  return new Speaker(`ws://127.0.0.1:${port}${path}`, text, { rate: options.messages, failed: fail });
}

/** Counts a row up, one at a time; and has others come and go. */
async function write(plural: string, members: object, rate: number): Promise<void> {
  try {
    const { id } = await ask("POST", `/${plural}`, { ...members, count: 0 });
    for (let count = 1; !isStopping; count++) {
      await pause(1000 / rate);
      await ask("PATCH", `/${plural}/${id}`, { count });
      if (count % passingEvery === 0) await pass(plural, members);
    }
  } catch (thrown) {
    const cause = thrown instanceof Error ? thrown.cause : undefined;
    fail(`${String(thrown)}${cause === undefined ? "" : ` (${String(cause)})`}`);
  }
}

async function pass(plural: string, members: object): Promise<void> {
  const { id } = await ask("POST", `/${plural}`, { ...members, count: 0 });
  await ask("PATCH", `/${plural}/${id}`, { count: 1 });
  await ask("DELETE", `/${plural}/${id}`, null);
}

/** Asks again with the same key where a busy machine has lost the connection: what was carried out already is not done twice. */
async function ask(method: string, path: string, content: object | null): Promise<{ readonly id: string }> {
  const key = randomUUID();
  for (let tries = 1; ; tries++) {
    try {
      return await askOnce(method, path, content, key);
    } catch (thrown) {
      if (!(thrown instanceof TypeError) || tries === triesMax) throw thrown;
      await pause(1_000);
    }
  }
}

async function askOnce(
  method: string,
  path: string,
  content: object | null,
  key: string,
): Promise<{ readonly id: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: content === null ? null : JSON.stringify(content),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
  tally.changes += 1;
  return text === "" ? { id: "" } : JSON.parse(text);
}

function fail(what: string): void {
  if (tally.failures.length < 20) tally.failures.push(what);
}
