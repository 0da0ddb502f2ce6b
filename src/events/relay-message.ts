import type { JsonValue } from "../base/json.ts";

/** A message of a topic, on its way. */
export interface RelayedEvent {
  readonly topic: string;
  readonly message: JsonValue;
}

/** What a process says to the relay. Ids are counted by whoever asks, and answered as they are. */
export type ToRelay =
  | { readonly kind: "join" }
  | { readonly kind: "publish"; readonly id: number; readonly events: readonly RelayedEvent[] }
  /** The events with this id have reached the subscribers. */
  | { readonly kind: "taken"; readonly id: number };

/** What the relay says to a process. */
export type FromRelay =
  | { readonly kind: "joined" }
  | { readonly kind: "events"; readonly id: number; readonly events: readonly RelayedEvent[] }
  | { readonly kind: "published"; readonly id: number }
  | { readonly kind: "missed" };
