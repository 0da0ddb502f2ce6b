import { request } from "undici";
import type { NodeProcess } from "./node-process.ts";
import { pause } from "./node-process.ts";

/** What somebody heard who watches a resource: at one node after the other, each time from where the last one had come to. */
export class Watching {
  /** Texts of rows, by how often their creation was told. */
  readonly created = new Map<string, number>();
  /** Values of rows by id, as they were told, in order. */
  readonly values = new Map<string, number[]>();
  position: string | null = null;
  resumed = 0;
  isSynced = false;
  readonly failures: string[] = [];
  readonly #path: string;
  readonly #next: () => NodeProcess;
  #ending: AbortController;
  #isOver = false;
  readonly #done: Promise<void>;

  /** `next` says where to watch on. */
  constructor(path: string, next: () => NodeProcess) {
    this.#path = path;
    this.#next = next;
    this.#ending = new AbortController();
    this.#done = this.#run();
  }

  /** Goes to another node, as a client does whose connection broke. */
  move(): void {
    this.#ending.abort();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#ending.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      this.#ending = new AbortController();
      try {
        await this.#watch(this.#ending.signal);
      } catch {
        // Cut, refused or killed: from the last position, somewhere else.
      }
      this.resumed += 1;
      if (!this.#isOver) await pause(50);
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const answer = await request(`${this.#next().origin}${this.#path}`, {
      signal,
      headersTimeout: 5_000,
      headers: {
        accept: "text/event-stream",
        ...(this.position === null ? {} : { "last-event-id": this.position }),
      },
    });
    if (answer.statusCode !== 200) {
      if (answer.statusCode !== 503) this.failures.push(`${answer.statusCode} ${await answer.body.text()}`);
      else await answer.body.dump();
      return;
    }
    let text = "";
    for await (const chunk of answer.body) {
      text += String(chunk);
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        this.#hear(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  #hear(event: string): void {
    const fields = new Map(
      event.split("\n").map((line) => {
        const [name = "", ...rest] = line.split(": ");
        return [name, rest.join(": ")] as const;
      }),
    );
    const id = fields.get("id");
    if (id !== undefined && id !== "") this.position = id;
    const data: unknown = JSON.parse(fields.get("data") ?? "null");
    const { type } = Object(data);
    if (type === "synced") this.isSynced = true;
    if (type !== "created" && type !== "updated") return;
    const row = rowOf(data);
    if (type === "created" && row.text !== null)
      this.created.set(row.text, (this.created.get(row.text) ?? 0) + 1);
    if (type === "updated" && row.value !== null)
      this.values.set(row.id, [...(this.values.get(row.id) ?? []), row.value]);
  }
}

interface Heard {
  readonly id: string;
  readonly text: string | null;
  readonly value: number | null;
}

/** The row in an event, whatever it is called. */
function rowOf(data: unknown): Heard {
  const [row = {}] = Object.values(Object(data)).filter((each) => typeof each === "object" && each !== null);
  const { id, text, value } = row as Readonly<Record<string, unknown>>;
  return {
    id: String(id),
    text: typeof text === "string" ? text : null,
    value: typeof value === "number" ? value : null,
  };
}
