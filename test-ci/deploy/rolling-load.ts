import { PassThrough } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { Pool, request } from "undici";

interface Endpoint {
  readonly origin: string;
  readonly pool: Pool;
  underWay: number;
}

/** What proxies know of a service's pods: whom to send requests to, over connections that are kept. */
export class Endpoints {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #removed = new Map<string, Endpoint>();
  #next = 0;

  add(origin: string): void {
    // Idle connections are the server's to close.
    const pool = new Pool(origin, { connections: 8, pipelining: 1, keepAliveTimeout: 60_000 });
    this.#endpoints.set(origin, { origin, pool, underWay: 0 });
  }

  /** From now on nobody is sent there. */
  remove(origin: string): void {
    const endpoint = this.#endpoints.get(origin);
    if (endpoint === undefined) throw new Error(`${origin} is no endpoint`);
    this.#endpoints.delete(origin);
    this.#removed.set(origin, endpoint);
  }

  /** Resolves when what was sent there has been answered. */
  async whenIdle(origin: string): Promise<void> {
    while ((this.#removed.get(origin)?.underWay ?? 0) > 0) await pause(5);
  }

  /** Sends a request to one after the other; the status. */
  async request(method: "GET" | "POST", path: string, json?: unknown): Promise<number> {
    const all = [...this.#endpoints.values()];
    const endpoint = all[this.#next++ % all.length];
    if (endpoint === undefined) throw new Error("There is no endpoint");
    endpoint.underWay += 1;
    try {
      const content = { headers: { "content-type": "application/json" }, body: JSON.stringify(json) };
      const sent = { method, path, ...(json === undefined ? {} : content) };
      const { statusCode, body } = await endpoint.pool.request(sent);
      await body.dump();
      return statusCode;
    } finally {
      endpoint.underWay -= 1;
    }
  }

  /** A request whose head has been sent, and half of its content. */
  async beginUpload(origin: string): Promise<{ finish(): Promise<number> }> {
    const content = JSON.stringify({ name: "Half way", email: `${crypto.randomUUID()}@example.com` });
    const body = new PassThrough();
    const answer = request(`${origin}/users`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    body.write(content.slice(0, 10));
    // Until it has surely come.
    await pause(200);
    return {
      finish: async () => {
        body.end(content.slice(10));
        return (await answer).statusCode;
      },
    };
  }

  async close(): Promise<void> {
    const all = [...this.#endpoints.values(), ...this.#removed.values()];
    await Promise.all(all.map(({ pool }) => pool.destroy()));
  }
}

/** Clients that read and write, one request after the other. */
export class Load {
  answered = 0;
  readonly failures: string[] = [];
  readonly #endpoints: Endpoints;
  #isOver = false;
  #clients: Promise<unknown> = Promise.resolve();

  constructor(endpoints: Endpoints) {
    this.#endpoints = endpoints;
  }

  begin(clients: number): this {
    this.#clients = Promise.all(Array.from({ length: clients }, () => this.#run()));
    return this;
  }

  more(milliseconds: number): Promise<void> {
    return pause(milliseconds);
  }

  async end(): Promise<{ readonly answered: number; readonly failures: readonly string[] }> {
    this.#isOver = true;
    await this.#clients;
    return { answered: this.answered, failures: this.failures };
  }

  async #run(): Promise<void> {
    for (let index = 0; !this.#isOver; index++) {
      const user = { name: "Somebody", email: `${crypto.randomUUID()}@example.com` };
      const [status, expected] =
        index % 4 === 0
          ? [this.#endpoints.request("POST", "/users", user), 201]
          : [this.#endpoints.request("GET", "/users?pageSize=5"), 200];
      await status.then(
        (got) => (got === expected ? this.answered++ : this.failures.push(`status ${got}`)),
        (thrown: unknown) => this.failures.push(String(thrown)),
      );
    }
  }
}
