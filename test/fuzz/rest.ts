import { connect } from "node:net";
import { type Api, api } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { Animal, fail, Keeper, wait, zoo } from "../wire/zoo.ts";
import { Random } from "./random.ts";
import { type Case, makeCase, type Sort } from "./rest-inputs.ts";

/** What came of a run. */
export interface Report {
  readonly seed: number;
  readonly cases: number;
  readonly seconds: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly sorts: Readonly<Record<string, number>>;
  /** What must not have happened, the case's number first. */
  readonly failures: readonly string[];
  readonly connectionsLeft: number;
  readonly handlesLeft: number;
}

export interface FuzzOptions {
  readonly cases: number;
  readonly seed: number;
  /** Runs just this case. */
  readonly only?: number;
}

const parallel = 64;
const patience = 10_000;

/** The zoo without the operations that fail or wait on purpose. */
function fuzzedZoo(): Api {
  const operations = (zoo.options.operations ?? []).filter((each) => each !== fail && each !== wait);
  return api("zoo", { ...zoo.options, operations });
}

/** Sends made-up requests to a server of the zoo, over raw sockets, and tells what came of it. */
export async function fuzzRest({ cases, seed, only }: FuzzOptions): Promise<Report> {
  const handlesBefore = sockets();
  const server = await startTest(fuzzedZoo(), {
    limits: { sweepMs: 20, lingerMs: 100, idleMs: 300, headerMs: 300, bodyMs: 300 },
  });
  const run = new Run(server, seed, await fill(server));
  const crashed = (thrown: unknown): void =>
    run.fail(-1, `the process got ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
  process.on("uncaughtException", crashed);
  process.on("unhandledRejection", crashed);
  const began = performance.now();
  let next = only ?? 0;
  const end = only === undefined ? cases : only + 1;
  const worker = async (): Promise<void> => {
    while (next < end) await run.take(next++);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  const seconds = (performance.now() - began) / 1000;
  const connectionsLeft = await connections(server);
  await run.checkAlive();
  await server.close();
  process.off("uncaughtException", crashed);
  process.off("unhandledRejection", crashed);
  await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    seed,
    cases: end - (only ?? 0),
    seconds,
    ...run.result,
    connectionsLeft,
    handlesLeft: Math.max(0, sockets() - handlesBefore),
  };
}

async function fill(server: TestServer): Promise<readonly string[]> {
  const keeper = await server.call(
    Keeper.create,
    { name: "Kim" },
    { id: "kim", roles: ["keeper"], claims: {} },
  );
  const rows = await server.call(Animal.batchCreate, {
    items: Array.from({ length: 10 }, (_, legs) => ({ name: `Animal ${legs}`, legs, keeperId: keeper.id })),
  });
  return rows.items.map(({ id }) => id);
}

class Run {
  readonly #server: TestServer;
  readonly #seed: number;
  readonly #ids: readonly string[];
  readonly #statuses: Record<string, number> = {};
  readonly #sorts: Record<string, number> = {};
  readonly #failures: string[] = [];

  constructor(server: TestServer, seed: number, ids: readonly string[]) {
    this.#server = server;
    this.#seed = seed;
    this.#ids = ids;
  }

  get result(): Pick<Report, "statuses" | "sorts" | "failures"> {
    return { statuses: this.#statuses, sorts: this.#sorts, failures: this.#failures };
  }

  fail(number: number, what: string): void {
    if (this.#failures.length < 20) this.#failures.push(`${number}: ${what}`);
  }

  async take(number: number): Promise<void> {
    const made = makeCase(new Random(Math.imul(this.#seed, 2_654_435_761) + number), this.#ids);
    count(this.#sorts, made.sort satisfies Sort);
    const text = await exchange(this.#server.port, made.text);
    if (text === null) return this.fail(number, `no end within ${patience} ms: ${shown(made)}`);
    this.#check(number, made, text);
  }

  #check(number: number, made: Case, text: string): void {
    const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
    if (statuses.length === 0) count(this.#statuses, "none");
    for (const status of statuses) {
      count(this.#statuses, String(status));
      if (status >= 500 && !isDue(status, made.text))
        this.fail(number, `${status} to ${shown(made)}: ${text.slice(0, 400)}`);
    }
    if (
      /SQLITE|sqlite|node:internal|\.ts:\d|RangeError|TypeError/.test(text) &&
      !/openapi|<!doctype/i.test(text)
    )
      this.fail(number, `something internal to ${shown(made)}: ${text.slice(0, 600)}`);
  }

  /** What the hostile requests left behind must not hinder anybody. */
  async checkAlive(): Promise<void> {
    for (const line of ["GET /livez", "GET /readyz", "GET /animals", "GET /openapi.json"]) {
      const { status } = await this.#server.request(line);
      if (status !== 200) this.fail(-1, `${line} is ${status} afterwards`);
    }
    if (({} as { polluted?: unknown })["polluted"] !== undefined)
      this.fail(-1, "Object.prototype is polluted");
  }
}

/** Refusals that HTTP has as 5xx: codings (RFC 9112 §6.1), proxying and versions (RFC 9110 §15.6.6) that are not there. */
function isDue(status: number, text: string): boolean {
  return (
    (status === 501 && /transfer-encoding|CONNECT/i.test(text)) || (status === 505 && /HTTP\/\d/.test(text))
  );
}

function exchange(port: number, text: string): Promise<string | null> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const timer = setTimeout(() => {
      resolve(null);
      socket.destroy();
    }, patience);
    socket.on("data", (part: Buffer) => parts.push(part));
    socket.on("end", () => socket.destroy());
    // Cut off before we had sent everything: what was answered is there.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(Buffer.concat(parts).toString("latin1"));
    });
    socket.end(text, "latin1");
  });
}

async function connections(server: TestServer): Promise<number> {
  let left = -1;
  for (let attempt = 0; attempt < 100 && left !== 0; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const text =
      (await exchange(server.port, "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) ?? "";
    // The one that asks is open itself.
    left = Number(/^fourfold_connections (\d+)/m.exec(text)?.[1] ?? Number.NaN) - 1;
  }
  return left;
}

function sockets(): number {
  return process.getActiveResourcesInfo().filter((resource) => /TCP|Pipe|FSReq/.test(resource)).length;
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function shown({ sort, text }: Case): string {
  return `${sort} ${JSON.stringify(text.length > 700 ? `${text.slice(0, 700)}... (${text.length})` : text)}`;
}

/** A few lines for people. */
export function show({
  seed,
  cases,
  seconds,
  statuses,
  sorts,
  failures,
  connectionsLeft,
  handlesLeft,
}: Report): string {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, times]) => `${name} × ${times}`)
      .join(", ");
  return [
    `${cases} cases in ${seconds.toFixed(1)} s (FUZZ_SEED=${seed})`,
    `answers: ${list(statuses)}`,
    `made by: ${list(sorts)}`,
    `connections left: ${connectionsLeft}, handles left: ${handlesLeft}`,
    failures.length === 0
      ? "no failures"
      : `FAILURES (FUZZ_ONLY=number repeats one):\n${failures.join("\n")}`,
  ].join("\n");
}

if (import.meta.main) {
  const only = process.env["FUZZ_ONLY"];
  const report = await fuzzRest({
    cases: Number(process.env["FUZZ"] ?? 5000),
    seed: Number(process.env["FUZZ_SEED"] ?? Date.now() % 1_000_000),
    ...(only === undefined ? {} : { only: Number(only) }),
  });
  process.stdout.write(`${show(report)}\n`);
  const leaked = report.connectionsLeft !== 0 || report.handlesLeft !== 0;
  process.exitCode = report.failures.length > 0 || leaked ? 1 : 0;
}
