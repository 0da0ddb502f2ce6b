import type { EventBus } from "../../events/event-bus.ts";
import type { ChangeLog } from "../../store/changes.ts";
import { expired } from "./positions.ts";
import type { Topic } from "./topic.ts";

/** Changes that are read at once. In between others get their turn. */
const mostAtOnce = 500;

/** Milliseconds after which the log is looked at though nobody said that there is something: a message may be lost. */
const pollMs = 1_000;

/** On the bus: something was added to the log. What it is stays in the database. */
const busTopic = "changes";

/** What a feed is made of. */
export interface ChangeFeedOptions {
  readonly log: ChangeLog;
  readonly bus: EventBus | null;
  /** By table. */
  readonly topics: ReadonlyMap<string, Topic>;
  /** Milliseconds after which those are told the position to whom nothing else was told. */
  readonly quietMs: number;
  /** Told of what fails, once until it succeeds again; each next look at the log tries. */
  readonly failed: (thrown: unknown) => void;
}

/**
 * The one reader of the log in a process: reads each change once while anybody watches, whatever the resource, and gives it to the
 * resource's topic. Commits wake it, those of other processes by the bus.
 */
export class ChangeFeed {
  readonly #options: ChangeFeedOptions;
  /** How far it has read; null while nobody watches. */
  #head: number | null;
  #isWoken: boolean;
  #isReading: boolean;
  /** It could not read the last time. */
  #isFailing: boolean;
  #timers: readonly NodeJS.Timeout[];
  /** Changes that it has read since the start. */
  read: number;

  constructor(options: ChangeFeedOptions) {
    this.#options = options;
    this.#head = null;
    this.#isWoken = false;
    this.#isReading = false;
    this.#isFailing = false;
    this.#timers = [];
    this.read = 0;
    const { bus, log, topics } = options;
    for (const topic of topics.values()) topic.whenLeft = () => this.#stopIfIdle();
    if (bus === null) return;
    bus.subscribe(busTopic, { received: () => this.#wake(), missed: () => this.#wake() });
    log.whenAdded((isOwn) => {
      this.#wake();
      if (isOwn) void bus.publish(busTopic, null);
    });
  }

  /** Reads for a topic that somebody watches now. Whatever comes after `position`, the newest one, it reads for it. */
  start(topic: Topic, position: number): void {
    topic.begin(this.#head ?? position);
    if (this.#head !== null) return;
    this.#head = position;
    // Where there is a bus it is told at any time.
    if (this.#options.bus === null) this.#options.log.whenAdded(() => this.#wake());
    this.#timers = [
      setInterval(() => this.#wake(), pollMs).unref(),
      setInterval(() => this.#tellQuiet(), this.#options.quietMs).unref(),
    ];
  }

  #stopIfIdle(): void {
    for (const { watchers } of this.#options.topics.values()) if (watchers.size > 0) return;
    this.#head = null;
    if (this.#options.bus === null) this.#options.log.whenAdded(null);
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  /** Reads in the next turn: what is committed in this one is read together, after the writers were answered. */
  #wake(): void {
    if (this.#isWoken || this.#head === null) return;
    this.#isWoken = true;
    if (!this.#isReading) setImmediate(() => void this.#readAll());
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.#isWoken) {
        this.#isWoken = false;
        if (!(await this.#readSome())) continue;
        this.#isWoken = true;
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (thrown) {
      if (!this.#isFailing) this.#options.failed(thrown);
      this.#isFailing = true;
      // Whoever woke it meanwhile would keep all others from doing so.
      this.#isWoken = false;
    }
    this.#isReading = false;
  }

  /** Whether there may be more. */
  async #readSome(): Promise<boolean> {
    const head = this.#head;
    if (head === null) return false;
    const { changes, upTo, isCut, isFull } = await this.#options.log.read(head, mostAtOnce);
    this.#isFailing = false;
    // Whoever watched may have left meanwhile, and somebody else may have come.
    if (this.#head !== head) return this.#head !== null;
    if (isCut) {
      this.#cut();
      return false;
    }
    this.#head = upTo;
    this.read += changes.length;
    for (const change of changes) {
      const topic = this.#options.topics.get(change.table);
      if (topic !== undefined && topic.watchers.size > 0) topic.publish(change);
    }
    for (const topic of this.#options.topics.values()) topic.reached(upTo);
    return isFull;
  }

  /** This process has stood still for longer than changes are kept. With the last who watch, the feed stops too. */
  #cut(): void {
    for (const topic of this.#options.topics.values())
      for (const watcher of topic.watchers) watcher.fail(expired());
  }

  #tellQuiet(): void {
    const head = this.#head;
    if (head === null) return;
    for (const topic of this.#options.topics.values())
      for (const subscriber of topic.live) subscriber.reached(head);
  }
}
