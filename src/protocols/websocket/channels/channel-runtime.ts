import { randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { JsonValue } from "../../../base/json.ts";
import type { Caller, Credentials } from "../../../define/caller.ts";
import type { Audience } from "../../../define/channel-definition.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import type { EventBus } from "../../../events/event-bus.ts";
import type { Invoker } from "../../../invoke/invoker.ts";
import { encodeMessage, type WebSocketConnection } from "../../../net/index.ts";
import type { ChannelPlan } from "../../../plan/channel-plan.ts";
import { Member } from "./member.ts";
import { hereText, messageText, presenceText } from "./messages.ts";
import { type Delivery, Outbox, type OutboxCounts } from "./outbox.ts";
import { Presence } from "./presence.ts";
import { Room } from "./room.ts";
import type { Seat } from "./seats.ts";

/** What channels run with. */
export interface ChannelServices {
  readonly invoker: Pick<Invoker, "identify" | "charge" | "afterCommit" | "services">;
  /** To the other processes that serve the same; null where there are none. */
  readonly bus: EventBus | null;
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
}

/** A message for a room in all processes. */
interface Relayed {
  readonly room: string;
  readonly text: string;
  readonly key: string;
  /** The connection that is left out; null for none. */
  readonly except: string | null;
}

/** Rooms that nobody is in, whose history is kept: whoever opens sockets makes rooms, so there must be a bound. */
const quietMax = 1_000;

/** One channel in this process: its rooms and their connections. */
export class ChannelRuntime {
  readonly plan: ChannelPlan;
  readonly services: ChannelServices;
  readonly counts: OutboxCounts;
  readonly #rooms: Map<string, Room>;
  /** Rooms that nobody is in, for their history. */
  readonly #quiet: LRUCache<string, Room>;
  readonly #presence: Presence | null;
  readonly #topic: string;
  readonly #key: (message: unknown) => string;

  constructor(plan: ChannelPlan, services: ChannelServices) {
    const { path, presence, key } = plan.channel;
    const { bus } = services;
    this.plan = plan;
    this.services = services;
    this.counts = { missed: 0, closedSlow: 0 };
    this.#rooms = new Map();
    this.#quiet = new LRUCache({ max: quietMax });
    this.#topic = `channel ${path}`;
    // Its messages are those that the channel sends: `write` has refused all others.
    this.#key = key === null ? () => "" : (key as (message: unknown) => string);
    this.#presence = presence
      ? new Presence(`presence ${path}`, bus, (type, seat) => this.#tellPresence(type, seat))
      : null;
    bus?.subscribe(this.#topic, {
      received: (message) => this.#sendHere(message as unknown as Relayed),
      // Messages are not kept for other processes: what was lost on the way is lost.
      missed: () => {},
    });
  }

  /** Rooms with somebody in them. */
  get rooms(): Iterable<Room> {
    return this.#rooms.values();
  }

  /** A connection joins a room. */
  join(path: string, socket: WebSocketConnection, caller: Caller | null, socketBytes: number): Member {
    const room = this.#rooms.get(path) ?? this.#quiet.get(path) ?? this.#newRoom(path);
    this.#quiet.delete(path);
    this.#rooms.set(path, room);
    const { buffer, slow } = this.plan.channel;
    const outbox = new Outbox(socket, { buffer, slow, socketBytes, counts: this.counts });
    const member = new Member({ id: randomUUID(), caller, room, outbox }, (message) => this.deliver(message));
    room.members.set(member.id, member);
    for (const message of room.history) outbox.send({ message, key: "" });
    if (this.#presence !== null) this.#announce(this.#presence, member);
    return member;
  }

  leave(member: Member): void {
    const { room } = member;
    room.members.delete(member.id);
    if (room.members.size === 0) {
      this.#rooms.delete(room.path);
      if (this.#keepsHistory) this.#quiet.set(room.path, room);
    }
    if (this.#presence === null) return;
    const seat = toSeat(member);
    this.#presence.left(seat);
    this.#tellPresence("left", seat);
  }

  /** Those of a room in all processes, but for one connection. */
  audience(room: string, except: string | null): Audience<unknown> {
    const { afterCommit } = this.services.invoker;
    const relay = (message: unknown): Relayed => ({
      room,
      text: this.#text(message),
      key: this.#key(message),
      except,
    });
    if (afterCommit === null) return { send: (message) => this.#send(relay(message)) };
    return {
      send: (message) => {
        // Written at once: what does not fit is the sender's mistake, and a message does not change afterwards.
        const relayed = relay(message);
        afterCommit.do(() => this.#send(relayed));
      },
    };
  }

  /** One connection. What is sent to it within a transaction waits as what is sent to all does. */
  sender(member: Member): Audience<unknown> {
    const { afterCommit } = this.services.invoker;
    if (afterCommit === null) return member;
    return {
      send: (message) => {
        const delivery = this.deliver(message);
        afterCommit.do(() => member.outbox.send(delivery));
      },
    };
  }

  /** A message for one connection. Throws for one that the channel does not send. */
  deliver(message: unknown): Delivery {
    return { message: encodeMessage(this.#text(message)), key: this.#key(message) };
  }

  /** Each message takes a unit of its sender's quota. */
  charge(caller: Caller | null, credentials: Credentials): ReturnType<Invoker["charge"]> {
    return this.services.invoker.charge(caller, credentials, 1);
  }

  close(): void {
    this.#presence?.close();
  }

  get #keepsHistory(): boolean {
    return this.plan.channel.history > 0;
  }

  #text(message: unknown): string {
    const written = this.plan.write(message);
    return this.plan.sendsText ? written : messageText(written);
  }

  #send(relayed: Relayed): void {
    this.#sendHere(relayed);
    void this.services.bus?.publish(this.#topic, relayed as unknown as JsonValue);
  }

  #sendHere({ room: path, text, key, except }: Relayed): void {
    const room = this.#rooms.get(path) ?? this.#quietRoom(path);
    if (room === null) return;
    const delivery = { message: encodeMessage(text), key };
    room.remember(delivery);
    room.send(delivery, except);
  }

  #announce(presence: Presence, member: Member): void {
    const seat = toSeat(member);
    presence.joined(seat);
    member.tell(hereText(member.id, presence.in(seat.room)));
    this.#tellPresence("joined", seat);
  }

  #tellPresence(type: "joined" | "left", { room, member }: Seat): void {
    const text = presenceText(type, member);
    this.#rooms.get(room)?.send({ message: encodeMessage(text), key: text }, member.id);
  }

  /** A room that nobody is in here; its history goes on, since others may be in it elsewhere. */
  #quietRoom(path: string): Room | null {
    if (!this.#keepsHistory) return null;
    const known = this.#quiet.get(path);
    if (known !== undefined) return known;
    const room = this.#newRoom(path);
    this.#quiet.set(path, room);
    return room;
  }

  #newRoom(path: string): Room {
    return new Room(path, this.plan.match(path) ?? {}, this.plan.channel.history);
  }
}

function toSeat({ id, caller, room }: Member): Seat {
  return { room: room.path, member: { id, caller: caller?.id ?? null } };
}
