import type { Caller } from "../../../define/caller.ts";
import type { Audience, ChannelMember } from "../../../define/channel-definition.ts";
import { encodeMessage } from "../../../net/index.ts";
import type { Delivery, Outbox } from "./outbox.ts";
import type { Room } from "./room.ts";

/** One connection in its room: what handlers know it by, and what it is sent. */
export class Member implements ChannelMember, Audience<unknown> {
  readonly id: string;
  readonly caller: Caller | null;
  readonly room: Room;
  readonly outbox: Outbox;
  readonly #deliver: (message: unknown) => Delivery;

  constructor(
    options: Pick<Member, "id" | "caller" | "room" | "outbox">,
    deliver: (message: unknown) => Delivery,
  ) {
    this.id = options.id;
    this.caller = options.caller;
    this.room = options.room;
    this.outbox = options.outbox;
    this.#deliver = deliver;
  }

  /** Sends a message to this connection alone. */
  send(message: unknown): void {
    this.outbox.send(this.#deliver(message));
  }

  /** Tells something about the channel itself: JSON text. */
  tell(text: string): void {
    this.outbox.send({ message: encodeMessage(text), key: text });
  }
}
