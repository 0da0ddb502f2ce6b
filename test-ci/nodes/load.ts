import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { until } from "../postgres/until.ts";
import { type Answer, at, type NodeProcess, pause } from "./node-process.ts";
import { Watching } from "./watching.ts";

/** Milliseconds for which a write that was acknowledged may be unseen at other nodes. */
const staleMs = 250;

interface Acknowledged {
  readonly value: number;
  readonly at: number;
}

/**
 * A load of writes and reads at all nodes, and its history: who was told what, and when. Each counter has one writer, who goes on once it is
 * acknowledged, and repeats what failed, at any node, with the same idempotency key. All times are of this process.
 */
export class Load {
  readonly #nodes: readonly NodeProcess[];
  readonly #counters = new Map<string, Acknowledged[]>();
  readonly #entries: string[] = [];
  readonly #stale: string[] = [];
  readonly #wrong: string[] = [];
  readonly #watching: Watching[] = [];
  #running: readonly Promise<void>[] = [];
  #isOver = false;
  /** The test has ended, however it did. */
  #isAborted = false;
  #begun = 0;
  /** Since the last call of {@link answered}, by node. */
  #served = new Map<NodeProcess, number>();
  reads = 0;
  writes = 0;
  repeated = 0;

  constructor(test: { after(end: () => Promise<void>): void }, nodes: readonly NodeProcess[]) {
    this.#nodes = nodes;
    // Also where the test has failed.
    test.after(async () => {
      this.#isOver = true;
      this.#isAborted = true;
      await Promise.all(this.#watching.map((each) => each.stop()));
    });
  }

  /** Counters, a writer each; as many writers of entries; as many readers at each node; somebody who watches each. */
  async begin(count = 4): Promise<this> {
    for (let index = 0; index < count; index++) {
      const { json } = await this.#persist("POST /counters", { value: 0 });
      this.#counters.set(idOf(json), [{ value: 0, at: performance.now() }]);
    }
    for (const [index] of this.#nodes.entries()) {
      for (const path of ["/entries:watch?snapshot=false", "/counters:watch?snapshot=false"]) {
        let turn = index;
        // From a node that is gone they go to the next one.
        this.#watching.push(new Watching(path, () => at(this.#living, turn++)));
      }
    }
    await until(
      () => this.#watching.every(({ isSynced }) => isSynced),
      `watches: ${JSON.stringify(this.#watching)}`,
    );
    this.#begun = performance.now();
    const each = Array.from({ length: count }, (_, index) => index);
    this.#running = [
      ...[...this.#counters.keys()].map((id) => this.#count(id)),
      ...each.map((index) => this.#add(index)),
      ...this.#nodes.flatMap((node) => each.map((index) => this.#read(node, index))),
    ];
    // Who fails is heard at the end; where the test has failed before, nobody asks.
    for (const running of this.#running) running.catch(() => undefined);
    return this;
  }

  /** Everybody who watches goes on at another node. */
  moveWatchers(): void {
    for (const each of this.#watching) each.move();
  }

  /** Waits until every node that is alive has answered reads, and `count` writes were acknowledged since. Rejects after `withinMs`. */
  async recovers(withinMs: number, count = 8): Promise<void> {
    const before = this.writes;
    const began = performance.now();
    this.#served = new Map();
    const isBack = (): boolean =>
      this.writes >= before + count && this.#living.every((node) => (this.#served.get(node) ?? 0) >= 3);
    while (!isBack() && !this.#isOver) {
      const took = performance.now() - began;
      assert.ok(took < withinMs, `no service ${Math.round(took)} ms after the fault's end: ${this.summary}`);
      await pause(20);
    }
  }

  /** Lets some more writes be acknowledged. */
  async more(count: number): Promise<void> {
    const wanted = this.writes + count;
    for (let tries = 0; this.writes < wanted; tries++) {
      assert.ok(tries < 2_000, `it stands still: ${this.summary}`);
      await pause(10);
    }
  }

  get summary(): string {
    const ms = Math.round(performance.now() - this.#begun);
    return `${this.writes} writes (${this.repeated} repeated), ${this.reads} reads in ${ms} ms`;
  }

  /** Ends it, and compares what was told with what there is. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
    assert.deepEqual(this.#stale, [], "stale reads");
    assert.deepEqual(this.#wrong, []);
    await this.#checkRows();
    await this.#checkEvents();
  }

  async #checkRows(): Promise<void> {
    const there = new Map<string, number>();
    for (let page = "", more = true; more; ) {
      const { json } = await this.#persist(`GET /entries?pageSize=500&pageToken=${page}`);
      const { entries, nextPageToken } = json as { entries: { text: string }[]; nextPageToken: string };
      for (const { text } of entries) there.set(text, (there.get(text) ?? 0) + 1);
      [page, more] = [encodeURIComponent(nextPageToken), nextPageToken !== ""];
    }
    assert.deepEqual(
      this.#entries.filter((text) => !there.has(text)),
      [],
      "acknowledged writes that are lost",
    );
    assert.deepEqual(
      [...there].filter(([, count]) => count > 1),
      [],
      "writes that were carried out twice",
    );
  }

  async #checkEvents(): Promise<void> {
    const isComplete = ({ created, values }: Watching): boolean =>
      created.size === 0
        ? [...this.#counters].every(([id, told]) => values.get(id)?.at(-1) === told.at(-1)?.value)
        : this.#entries.every((text) => created.has(text));
    for (let tries = 0; !this.#watching.every(isComplete) && tries < 500; tries++) await pause(20);
    await Promise.all(this.#watching.map((each) => each.stop()));
    for (const { created, values, failures } of this.#watching) {
      assert.deepEqual(failures, []);
      if (created.size > 0) this.#checkCreated(created);
      else this.#checkValues(values);
    }
  }

  #checkCreated(created: ReadonlyMap<string, number>): void {
    assert.deepEqual(
      this.#entries.filter((text) => created.get(text) !== 1),
      [],
      "events of acknowledged writes that were not told once",
    );
  }

  /** Each value once, and in the order in which it was written. */
  #checkValues(values: ReadonlyMap<string, readonly number[]>): void {
    for (const [id, acknowledged] of this.#counters) {
      const last = acknowledged.at(-1)?.value ?? 0;
      const all = Array.from({ length: last }, (_, index) => index + 1);
      assert.deepEqual(values.get(id) ?? [], all, "events of a counter");
    }
  }

  get #living(): readonly NodeProcess[] {
    return this.#nodes.filter(({ isDead }) => !isDead);
  }

  async #count(id: string): Promise<void> {
    for (let value = 1; !this.#isOver; value++) {
      await this.#persist(`PATCH /counters/${id}`, { value });
      this.#counters.get(id)?.push({ value, at: performance.now() });
      this.writes += 1;
    }
  }

  async #add(writer: number): Promise<void> {
    for (let index = 0; !this.#isOver; index++) {
      const text = `${writer}.${index}`;
      await this.#persist("POST /entries", { text });
      this.#entries.push(text);
      this.writes += 1;
    }
  }

  /** Asks one node after the other until one has done it. */
  async #persist(target: string, body?: unknown): Promise<Answer> {
    const key = { "idempotency-key": `"${randomUUID()}"` };
    for (let tries = 0; ; tries++) {
      const node = at(this.#living, Math.floor(Math.random() * this.#nodes.length));
      try {
        const answer = await node.ask(target, body, body === undefined ? {} : key);
        if (answer.status < 300) return answer;
        this.#checkRefusal(target, answer);
      } catch {
        // No answer: whether it was done is not known.
      }
      this.repeated += 1;
      if (this.#isAborted) throw new Error(`${target} was not done (${tries} tries)`);
      await pause(20);
    }
  }

  /** What cannot be done now is told so, and when to come again. */
  #checkRefusal(target: string, { status, json, headers }: Answer): void {
    const isKnown = status === 503 || status === 504 || status === 409;
    if (!isKnown) this.#wrong.push(`${target}: ${status} ${JSON.stringify(json)}`);
    if (status === 503 && headers["retry-after"] === undefined) this.#wrong.push(`${target}: no retry time`);
  }

  async #read(node: NodeProcess, reader: number): Promise<void> {
    const ids = [...this.#counters.keys()];
    for (let turn = reader; !this.#isOver && !node.isDead; turn++) {
      const id = at(ids, turn);
      const acknowledged = this.#counters.get(id) ?? [];
      const asked = performance.now();
      const known = acknowledged.findLast(({ at }) => at < asked - staleMs)?.value ?? 0;
      try {
        const { status, json } = await node.ask(`GET /counters/${id}`);
        if (status === 200) this.#seen(node, (json as { value: number }).value, known, asked);
      } catch {
        // Nothing was read.
      }
      await pause(2);
    }
  }

  #seen(node: NodeProcess, value: number, known: number, asked: number): void {
    this.reads += 1;
    this.#served.set(node, (this.#served.get(node) ?? 0) + 1);
    if (value >= known) return;
    const when = Math.round(asked - this.#begun);
    this.#stale.push(`node ${this.#nodes.indexOf(node)} at ${when} ms: ${value}, and ${known} was known`);
  }
}

function idOf(json: unknown): string {
  return (json as { id: string }).id;
}
