import type { JsonObject } from "../../../base/json.ts";

/** One channel of a document, with its messages and the operations on it. */
export class ChannelScope {
  readonly key: string;
  readonly #about: JsonObject;
  readonly #messages: Map<string, JsonObject>;
  readonly #operations: Map<string, JsonObject>;

  /** `about`: what the channel has beside its messages. */
  constructor(key: string, about: JsonObject) {
    this.key = key;
    this.#about = about;
    this.#messages = new Map();
    this.#operations = new Map();
  }

  get reference(): JsonObject {
    return { $ref: `#/channels/${this.key}` };
  }

  /** Adds a message; answers the reference by which operations name it. */
  message(name: string, message: JsonObject): JsonObject {
    this.#messages.set(name, { name, ...message });
    return { $ref: `#/channels/${this.key}/messages/${name}` };
  }

  /** What the server does: it receives messages, or sends some. */
  operation(name: string, action: "receive" | "send", operation: JsonObject): void {
    this.#operations.set(name, { action, channel: this.reference, ...operation });
  }

  /** What is answered to a message, on the same channel. */
  reply(messages: readonly JsonObject[]): JsonObject {
    return { channel: this.reference, messages };
  }

  get operations(): JsonObject {
    return Object.fromEntries(this.#operations);
  }

  toJson(): JsonObject {
    return { ...this.#about, messages: Object.fromEntries(this.#messages) };
  }
}
