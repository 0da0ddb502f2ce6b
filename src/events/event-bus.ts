import type { JsonValue } from "../base/json.ts";

/**
 * Carries messages to the other processes that serve the same API. `invoke` publishes what a write made stale and hears
 * what others' writes did; null where a process is alone.
 */
export interface EventBus {
  /**
   * Tells the subscribers of all other processes, not those of this one. Resolves when they have taken it in, or were
   * waited for long enough; never rejects. What is published in one turn of the event loop travels together.
   */
  publish(topic: string, message: JsonValue): Promise<void>;
  subscribe(topic: string, subscriber: Subscriber): void;
  /** Nothing is sent or heard any more; whoever waits for a `publish` goes on. */
  close(): void;
}

/** Hears the messages of a topic, in the order in which they reached the bus. */
export interface Subscriber {
  received(message: JsonValue): void;
  /** Messages may have been lost: what is known by them alone is not known any more. */
  missed(): void;
}
