import type { AnyChannel } from "../define/channel-definition.ts";
import { type ClientError, unavailable } from "./client-error.ts";
import { Inbox } from "./inbox.ts";
import { type ConnectionState, Link, type StateEvent } from "./link.ts";
import type { Settings, StreamOptions } from "./options.ts";
import { readValue } from "./read.ts";
import type { RemoteChannel } from "./remote.ts";
import { type ErrorMembers, toClientError, toJsonText } from "./rpc-message.ts";
import { queueFull } from "./session.ts";

/** One connection of a room, as others see it. */
export interface Member {
  readonly id: string;
  readonly caller: string | null;
}

/** One thing that a channel tells (docs/channels.md). After `open`, its history comes again, and what was sent before is missed. */
export type ChannelEvent<S> =
  | StateEvent
  | { readonly type: "message"; readonly message: S }
  | { readonly type: "here"; readonly you: string; readonly members: readonly Member[] }
  | { readonly type: "joined" | "left"; readonly member: Member }
  | { readonly type: "missed"; readonly count: number }
  | { readonly type: "error"; readonly error: ClientError };

/** What a connection to a channel is made of. */
export interface ChannelOptions extends StreamOptions {
  readonly channel: AnyChannel | RemoteChannel<never, string, never>;
  /** With the values of the names in braces. */
  readonly path: string;
  readonly settings: Settings;
}

/** How messages go: text as it is, or JSON; the first word is what clients send, the second what they are sent. */
const subprotocols: readonly string[] = ["text.text", "json.json", "text.json", "json.text"].map(
  (forms) => `fourfold.${forms}.v1`,
);

/** A connection to a channel that comes back. */
export class ChannelConnection<S, M> extends Inbox<ChannelEvent<S>> {
  readonly #options: ChannelOptions;
  readonly #link: Link;
  readonly #buffer: number;
  #waiting: M[] = [];

  constructor(options: ChannelOptions) {
    super(options.signal);
    const { settings, path } = options;
    this.#options = options;
    this.#buffer = options.buffer ?? settings.buffer;
    this.#link = new Link({
      url: settings.origin + path,
      subprotocols,
      settings,
      // Messages of a channel are text: a binary one of no bytes asks for the same.
      ping: new Uint8Array(),
      received: (data) => this.#received(data),
      changed: (event) => this.#changed(event),
    });
    this.onLeft = () => this.#link.close();
    if (!this.isOver) this.#link.open();
  }

  get state(): ConnectionState {
    return this.#link.state;
  }

  /**
   * Sends a message, or keeps it until there is a connection. Throws UNAVAILABLE where it must not wait, and QUEUE_FULL. What was sent
   * over a connection that breaks is not sent again.
   */
  send(message: M): void {
    const { whileAway, queueMax } = this.#options.settings;
    const { state } = this.#link;
    if (state === "open") this.#link.send(this.#toText(message));
    else if (state === "closed" || (state === "away" && whileAway === "fail")) throw unavailable();
    else if (this.#waiting.length >= queueMax) throw queueFull(queueMax);
    else this.#waiting.push(message);
  }

  /** As somebody else. */
  reopen(): void {
    this.#link.reopen();
  }

  #changed(event: StateEvent): void {
    if (event.state === "open") for (const message of this.#waiting.splice(0)) this.send(message);
    this.#tell(event);
    if (event.state === "closed") this.end(event.error);
  }

  #received(data: unknown): void {
    if (typeof data !== "string") return;
    const event: WireEvent =
      this.#forms[1] === "text" ? { type: "message", message: data } : JSON.parse(data);
    if (event.type === "message") this.#tell({ ...event, message: this.#read(event.message) });
    else if (event.type === "error") this.#tell({ ...event, error: toClientError(event.error) });
    else this.#tell(event);
  }

  /** Of what is sent and received; as text, where the server does not say. */
  get #forms(): readonly [string, string] {
    const [, takes = "text", sends = "text"] = this.#link.protocol.split(".");
    return [takes, sends];
  }

  #toText(message: M): string {
    return this.#forms[0] === "text" ? `${message}` : toJsonText(message);
  }

  /** The server has written it as the definition says. */
  #read(value: unknown): S {
    const { channel } = this.#options;
    return (channel.kind === "channel" ? readValue(channel.sends, value) : value) as S;
  }

  /** Whoever does not take them gets the last ones. */
  #tell(event: ChannelEvent<S>): void {
    if (this.size >= Math.max(this.#buffer, 2))
      this.merge((first) => ({ type: "missed", count: first.type === "missed" ? first.count + 1 : 2 }));
    this.push(event);
  }
}

/** What a channel of JSON sends, as it is on the wire. */
type WireEvent =
  | { readonly type: "message"; readonly message: unknown }
  | { readonly type: "error"; readonly error: ErrorMembers }
  | { readonly type: "here"; readonly you: string; readonly members: readonly Member[] }
  | { readonly type: "joined" | "left"; readonly member: Member }
  | { readonly type: "missed"; readonly count: number };
