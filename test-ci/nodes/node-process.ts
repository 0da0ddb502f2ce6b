import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { Program } from "../../test/examples/program.ts";
import { until } from "../postgres/until.ts";

/** What a node is started with, beside the database. */
export interface NodeSettings {
  readonly database: string;
  readonly nats?: string;
  /** Another program than the tests' own. */
  readonly module?: string;
  /** As `NATS_URL` and the like: environment of its own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds by which its clock is wrong. */
  readonly clockShift?: number;
}

/** An answer of a node; null where none came. */
export interface Answer {
  readonly status: number;
  readonly json: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const application = import.meta.resolve("./application.ts").replace("file://", "");

/** One node: a process that serves the application. */
export class NodeProcess {
  readonly program: Program;
  readonly #agent: Agent;
  isDead = false;

  constructor({ database, nats, environment = {}, clockShift = 0, module = application }: NodeSettings) {
    const clock = import.meta.resolve("./shifted-clock.ts");
    this.program = new Program(["--import", clock, module], {
      LISTEN: "127.0.0.1:0",
      DATABASE_URL: database,
      LOG_LEVEL: "warn",
      CLOCK_SHIFT: String(clockShift),
      ...(nats === undefined ? {} : { NATS_URL: nats }),
      ...environment,
    });
    this.#agent = new Agent({ connections: 32, headersTimeout: 8_000, bodyTimeout: 0 });
  }

  async ready(): Promise<this> {
    const { program } = this;
    const isOver = (): boolean => program.child.exitCode !== null || program.origins.length > 0;
    await until(isOver, "the greeting");
    await program.until(() => program.origins.length > 0);
    return this;
  }

  /** Whether it hears the others. */
  async busIs(up: boolean): Promise<void> {
    const holds = new RegExp(`^fourfold_bus_up ${up ? 1 : 0}$`, "m");
    await until(async () => holds.test(String((await this.ask("GET /metrics")).json)), `bus ${up}`);
  }

  get origin(): string {
    return this.program.origins[0] ?? "";
  }

  /** Rejects where no answer comes. */
  async ask(target: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const [method = "GET", path = "/"] = target.split(" ");
    const answer = await request(`${this.origin}${path}`, {
      method: method as "GET",
      dispatcher: this.#agent,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    const isJson = String(answer.headers["content-type"]).includes("json");
    return { status: answer.statusCode, json: isJson ? JSON.parse(text) : text, headers: answer.headers };
  }

  /** As when a machine loses its power. */
  async kill(): Promise<void> {
    this.isDead = true;
    this.program.kill("SIGKILL");
    await this.program.exited;
  }

  async stop(): Promise<void> {
    if (this.program.child.exitCode === null && this.program.child.signalCode === null)
      this.program.kill("SIGKILL");
    await this.program.exited;
    await this.#agent.destroy();
  }
}

/** Starts nodes one after the other, as the first brings the database up to date. */
export async function startNodes(
  test: { after(end: () => Promise<void>): void },
  settings: readonly NodeSettings[],
): Promise<readonly NodeProcess[]> {
  const nodes: NodeProcess[] = [];
  for (const each of settings) {
    const node = new NodeProcess(each);
    test.after(() => node.stop());
    nodes.push(await node.ready());
  }
  return nodes;
}

/** One of a list by its place. */
export function at<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length];
  if (found === undefined) throw new Error("There is nothing in the list");
  return found;
}

export const pause = (ms: number): Promise<void> => sleep(ms);
