import { setTimeout as pause } from "node:timers/promises";
import { Client } from "undici";
import { type Ending, type Program, start } from "../../examples/program.ts";

/** Starts the program of `app.ts` as several processes, and waits for its greeting. */
export async function startMany(
  test: Ending,
  workers: number,
  env: Readonly<Record<string, string>>,
): Promise<Program> {
  const program = start(test, "test/server/workers/app.ts", {
    WORKERS: String(workers),
    DRAIN_TIMEOUT: "3000",
    ...env,
  });
  await program.until(() => program.stderr.endsWith("\n\n"));
  await program.until(() => readyPids(program).length === workers);
  return program;
}

/** The workers that have answered so far, the first one first. */
export function readyPids(program: Program): readonly number[] {
  return program.log
    .filter(({ event }) => event === "worker_ready")
    .map(({ worker_pid }) => Number(worker_pid));
}

/** An answer's status and content. */
export interface Got {
  readonly status: number;
  readonly json: unknown;
  /** Whether the answer said that it is its connection's last. */
  readonly isLast: boolean;
}

/** Sends one request over a client's connection. */
export async function ask(client: Client, line: string, json?: unknown): Promise<Got> {
  const [method = "GET", path = "/"] = line.split(" ");
  const content =
    json === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(json) };
  const { statusCode, headers, body } = await client.request({ method, path, ...content });
  const text = await body.text();
  const isJson = String(headers["content-type"]).startsWith("application/json");
  return {
    status: statusCode,
    json: isJson ? JSON.parse(text) : text,
    isLast: headers["connection"] === "close",
  };
}

/** A client of one connection. */
export function clientOf(test: Ending, origin: string): Client {
  const client = new Client(origin, { pipelining: 1, keepAliveTimeout: 60_000 });
  test.after(() => client.destroy());
  return client;
}

/** A client for each of some workers: connections are made until there are. */
export async function clientsByPid(
  test: Ending,
  origin: string,
  pids: readonly number[],
): Promise<ReadonlyMap<number, Client>> {
  const found = new Map<number, Client>();
  const spare: Client[] = [];
  while (!pids.every((pid) => found.has(pid))) {
    if (spare.length > 500) throw new Error(`There is nobody but ${[...found.keys()]} at ${origin}`);
    // At once, so that one worker alone does not get round to all.
    const clients = Array.from({ length: 8 }, () => clientOf(test, origin));
    const answers = await Promise.all(clients.map((client) => ask(client, "GET /who")));
    for (const [index, { json }] of answers.entries()) {
      const client = clients[index];
      if (client === undefined) continue;
      if (found.has(Number(json))) spare.push(client);
      else found.set(Number(json), client);
    }
  }
  await Promise.all(spare.map((client) => client.close()));
  return found;
}

/** Requests without an end, over connections that are kept and over ones that are not. */
export class Load {
  readonly pids: Map<number, number> = new Map();
  readonly failures: string[] = [];
  answered = 0;
  readonly #origin: string;
  /** Milliseconds between an answer and the next request. */
  readonly #gap: number;
  readonly #loops: Promise<void>[] = [];
  #isOver = false;

  constructor(origin: string, gap = 2) {
    this.#origin = origin;
    this.#gap = gap;
  }

  /** `kept` clients ask again and again over one connection each, `fresh` over a new one each time. */
  begin({ kept, fresh }: { readonly kept: number; readonly fresh: number }): this {
    for (let index = 0; index < kept; index++) this.#loops.push(this.#ask(false));
    for (let index = 0; index < fresh; index++) this.#loops.push(this.#ask(true));
    return this;
  }

  /** Resolves when `count` more requests have been answered. */
  async more(count: number): Promise<void> {
    const enough = this.answered + count;
    for (let tries = 0; this.answered < enough; tries++) {
      if (tries > 2_000) throw new Error(`Nothing is answered any more: ${this.failures.at(-1)}`);
      await pause(5);
    }
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#loops);
  }

  async #ask(isFresh: boolean): Promise<void> {
    let client = this.#client();
    while (!this.#isOver) {
      try {
        const { status, json } = await ask(client, "GET /who");
        if (status !== 200) this.failures.push(`status ${status}`);
        this.answered += 1;
        this.pids.set(Number(json), (this.pids.get(Number(json)) ?? 0) + 1);
      } catch (thrown) {
        this.failures.push(String(thrown));
      }
      if (isFresh) {
        await client.close();
        client = this.#client();
      }
      if (this.#gap > 0) await pause(this.#gap);
    }
    await client.destroy();
  }

  #client(): Client {
    return new Client(this.#origin, { pipelining: 1, headersTimeout: 10_000 });
  }
}
