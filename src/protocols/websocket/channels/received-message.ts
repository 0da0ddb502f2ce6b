import type { Caller, Credentials } from "../../../define/caller.ts";
import type { MessageContext } from "../../../define/channel.ts";
import type { Audience, Rooms } from "../../../define/channel-definition.ts";
import type { HandlerLog } from "../../../define/context.ts";
import type { Database } from "../../../define/database.ts";
import { Call, type CallServices } from "../../../invoke/call.ts";
import type { ChannelParameters } from "../../../plan/channel-plan.ts";
import { SocketOperation } from "../../http/socket-operation.ts";
import type { Member } from "./member.ts";

/** Where the messages of a connection come from, and where their handler may send: the same for all of them. */
export interface MessageOrigin {
  readonly services: CallServices;
  readonly credentials: Credentials;
  readonly path: string;
  readonly member: Member;
  readonly sender: Audience<unknown>;
  readonly everyone: Audience<unknown>;
  readonly others: Audience<unknown>;
}

/**
 * A message as its handler gets it. For what handlers of operations get as well it is a call without an operation, which is made once
 * something of that is asked for: most messages are but sent on.
 */
export class ReceivedMessage implements MessageContext<unknown, unknown> {
  readonly message: unknown;
  readonly #origin: MessageOrigin;
  #call: Call | null;
  #source: SocketOperation | null;
  #hasLeft: boolean;

  constructor(message: unknown, origin: MessageOrigin) {
    this.message = message;
    this.#origin = origin;
    this.#call = null;
    this.#source = null;
    this.#hasLeft = false;
  }

  get caller(): Caller | null {
    return this.#origin.member.caller;
  }

  get member(): Member {
    return this.#origin.member;
  }

  get parameters(): ChannelParameters {
    return this.#origin.member.room.parameters;
  }

  get sender(): Audience<unknown> {
    return this.#origin.sender;
  }

  get everyone(): Audience<unknown> {
    return this.#origin.everyone;
  }

  get others(): Audience<unknown> {
    return this.#origin.others;
  }

  get channel(): Rooms {
    return this.#origin.services.rooms;
  }

  get now(): () => Date {
    return this.#origin.services.now;
  }

  get db(): Database {
    return this.#asCall.db;
  }

  get call(): Call["call"] {
    return this.#asCall.call;
  }

  get signal(): AbortSignal {
    return this.#asCall.signal;
  }

  get log(): HandlerLog {
    return this.#asCall.log;
  }

  get requestId(): string {
    return this.#asCall.requestId;
  }

  get traceparent(): string {
    return this.#asCall.traceparent;
  }

  /** The connection is gone. */
  leave(): void {
    this.#hasLeft = true;
    this.#source?.leave();
  }

  get #asCall(): Call {
    if (this.#call !== null) return this.#call;
    const { services, credentials, path, member } = this.#origin;
    const source = new SocketOperation("MESSAGE", path, credentials, {});
    if (this.#hasLeft) source.leave();
    const call = new Call(services, source, {});
    call.caller = member.caller;
    this.#source = source;
    this.#call = call;
    return call;
  }
}
