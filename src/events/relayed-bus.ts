import type { JsonValue } from "../base/json.ts";
import type { EventBus, Subscriber } from "./event-bus.ts";
import type { FromRelay, RelayedEvent, ToRelay } from "./relay-message.ts";

/** The bus of a process that a {@link Relay} connects with the others. */
export class RelayedBus implements EventBus {
  readonly #send: (message: ToRelay) => void;
  readonly #subscribers: Map<string, Subscriber[]>;
  /** Those who wait for what they published, by its id. */
  readonly #publishing: Map<number, PromiseWithResolvers<void>>;
  readonly #joining: PromiseWithResolvers<void>;
  /** What this turn of the event loop has published so far. */
  #batch: RelayedEvent[];
  #lastId: number;
  #isClosed: boolean;

  constructor(send: (message: ToRelay) => void) {
    this.#send = send;
    this.#subscribers = new Map();
    this.#publishing = new Map();
    this.#joining = Promise.withResolvers();
    this.#batch = [];
    this.#lastId = 0;
    this.#isClosed = false;
  }

  /** Resolves when nothing is missed any more of what the others publish. */
  join(): Promise<void> {
    this.#send({ kind: "join" });
    return this.#joining.promise;
  }

  publish(topic: string, message: JsonValue): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#batch.push({ topic, message });
    if (this.#batch.length === 1) this.#begin();
    return this.#publishing.get(this.#lastId)?.promise ?? Promise.resolve();
  }

  subscribe(topic: string, subscriber: Subscriber): void {
    const known = this.#subscribers.get(topic);
    if (known === undefined) this.#subscribers.set(topic, [subscriber]);
    else known.push(subscriber);
  }

  close(): void {
    this.#isClosed = true;
    this.#joining.resolve();
    for (const { resolve } of this.#publishing.values()) resolve();
    this.#publishing.clear();
  }

  received(message: FromRelay): void {
    if (this.#isClosed) return;
    switch (message.kind) {
      case "joined":
        this.#joining.resolve();
        return;
      case "events":
        for (const event of message.events) this.#tell(event);
        this.#send({ kind: "taken", id: message.id });
        return;
      case "published":
        this.#publishing.get(message.id)?.resolve();
        this.#publishing.delete(message.id);
        return;
      case "missed":
        for (const subscriber of [...this.#subscribers.values()].flat()) subscriber.missed();
    }
  }

  // Writes of one commit resolve one after the other in one turn: they share a message, and wait for one confirmation.
  #begin(): void {
    this.#lastId += 1;
    this.#publishing.set(this.#lastId, Promise.withResolvers());
    process.nextTick(() => this.#flush(this.#lastId));
  }

  #flush(id: number): void {
    const events = this.#batch;
    this.#batch = [];
    if (!this.#isClosed) this.#send({ kind: "publish", id, events });
  }

  #tell({ topic, message }: RelayedEvent): void {
    for (const subscriber of this.#subscribers.get(topic) ?? []) subscriber.received(message);
  }
}
