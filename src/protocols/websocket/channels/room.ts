import type { PreparedMessage } from "../../../net/index.ts";
import type { ChannelParameters } from "../../../plan/channel-plan.ts";
import type { Delivery, Outbox } from "./outbox.ts";

/** A connection, as its room knows it. */
export interface RoomMember {
  readonly id: string;
  readonly outbox: Outbox;
}

/** The connections that are with each other: those of one path. */
export class Room {
  readonly path: string;
  readonly parameters: ChannelParameters;
  readonly members: Map<string, RoomMember>;
  readonly #history: PreparedMessage[];
  readonly #historyMax: number;

  constructor(path: string, parameters: ChannelParameters, historyMax: number) {
    this.path = path;
    this.parameters = parameters;
    this.members = new Map();
    this.#history = [];
    this.#historyMax = historyMax;
  }

  /** The last messages, oldest first. */
  get history(): readonly PreparedMessage[] {
    return this.#history;
  }

  /** What waits for the connections here. */
  get waiting(): { readonly messages: number; readonly bytes: number } {
    let messages = 0;
    let bytes = 0;
    for (const { outbox } of this.members.values()) {
      messages += outbox.size;
      bytes += outbox.socketBytes;
    }
    return { messages, bytes };
  }

  /** Sends to all connections here but one; null for all. */
  send(delivery: Delivery, except: string | null): void {
    for (const member of this.members.values()) if (member.id !== except) member.outbox.send(delivery);
  }

  /** Keeps a message for those who come later. */
  remember({ message }: Delivery): void {
    if (this.#historyMax === 0) return;
    this.#history.push(message);
    if (this.#history.length > this.#historyMax) this.#history.shift();
  }
}
