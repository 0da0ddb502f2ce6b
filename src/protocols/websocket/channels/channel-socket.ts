import { isPromise } from "../../../base/awaitable.ts";
import type { Caller, Credentials } from "../../../define/caller.ts";
import type { Audience, MessageContext } from "../../../define/channel.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { whenExpired } from "../../../invoke/expiry.ts";
import { assertGranted } from "../../../invoke/limit.ts";
import { closeCodes, type WebSocketConnection } from "../../../net/index.ts";
import type { HttpRequest } from "../../http/http-request.ts";
import type { SocketGuest } from "../socket-place.ts";
import type { ChannelRuntime } from "./channel-runtime.ts";
import type { Member } from "./member.ts";
import { errorText } from "./messages.ts";

type Context = MessageContext<unknown, unknown>;
type Receive = (context: Context) => void | PromiseLike<void>;

/** A connection of a channel, from its opening on. Its messages are taken one after another. */
export class ChannelSocket implements SocketGuest {
  readonly #runtime: ChannelRuntime;
  readonly #credentials: Credentials;
  readonly #caller: Caller | null;
  readonly #room: string;
  readonly #socketBytes: number;
  readonly #receive: Receive | null;
  #member: Member | null;
  /** A message is being taken. */
  #isTaking: boolean;
  /** The server stops. */
  #isLeaving: boolean;
  /** Has the end of the caller's credentials not be waited for any more. */
  #stopWaiting: (() => void) | null;
  #everyone: Audience<unknown>;
  #others: Audience<unknown>;

  constructor(
    runtime: ChannelRuntime,
    {
      request,
      caller,
      room,
    }: { readonly request: HttpRequest; readonly caller: Caller | null; readonly room: string },
  ) {
    this.#runtime = runtime;
    this.#credentials = request;
    this.#socketBytes = request.exchange.context.limits.outputBytes;
    this.#caller = caller;
    this.#room = room;
    // Its messages are those that the definition says: `plan.read` has refused all others.
    this.#receive = runtime.plan.channel.receive as Receive | null;
    this.#member = null;
    this.#isTaking = false;
    this.#isLeaving = false;
    this.#stopWaiting = null;
    this.#everyone = nobody;
    this.#others = nobody;
  }

  opened(socket: WebSocketConnection): void {
    const member = this.#runtime.join(this.#room, socket, this.#caller, this.#socketBytes);
    this.#member = member;
    this.#everyone = this.#runtime.audience(this.#room, null);
    this.#others = this.#runtime.audience(this.#room, member.id);
    // What is said here is said as who joined: another token is another connection's.
    const { now } = this.#runtime.services.invoker.services;
    this.#stopWaiting = whenExpired(this.#caller, now, () => socket.close(expired, "UNAUTHENTICATED"));
  }

  message(socket: WebSocketConnection, data: string | Uint8Array): void {
    const member = this.#member;
    if (member === null) return;
    if (isPing(socket, data)) {
      socket.send(data);
      return;
    }
    try {
      const taken = this.#take(member, data);
      if (!isPromise(taken)) return;
      // The next one waits, and so does the peer.
      socket.hold(true);
      this.#isTaking = true;
      taken.then(
        () => this.#taken(socket),
        (thrown: unknown) => {
          this.#tell(member, thrown);
          this.#taken(socket);
        },
      );
    } catch (thrown) {
      this.#tell(member, thrown);
    }
  }

  /** A message that is being taken is taken to its end. */
  drain(socket: WebSocketConnection): void {
    this.#isLeaving = true;
    if (!this.#isTaking) socket.close(closeCodes.goingAway);
  }

  drained(): void {
    this.#member?.outbox.drained();
  }

  closed(): void {
    if (this.#member !== null) this.#runtime.leave(this.#member);
    this.#member = null;
    this.#stopWaiting?.();
  }

  #taken(socket: WebSocketConnection): void {
    this.#isTaking = false;
    if (this.#isLeaving) socket.close(closeCodes.goingAway);
    else socket.hold(false);
  }

  #take(member: Member, data: string | Uint8Array): void | PromiseLike<void> {
    if (typeof data !== "string")
      throw frameworkError("INVALID_INPUT", "Messages of this channel are text, and this one is binary");
    const left = this.#runtime.charge(this.#caller, this.#credentials);
    if (left !== null) assertGranted(left);
    const message = this.#runtime.plan.read(data);
    if (this.#receive === null) {
      this.#everyone.send(message);
      return;
    }
    return this.#receive({
      message,
      caller: this.#caller,
      member,
      parameters: member.room.parameters,
      sender: member,
      everyone: this.#everyone,
      others: this.#others,
      channel: this.#runtime.services.invoker.services.rooms,
    });
  }

  #tell(member: Member, thrown: unknown): void {
    member.tell(errorText(this.#runtime.services.toApiError(thrown, member.id)));
  }
}

/** As of a handshake whose token is refused: 4000 and HTTP's status. */
const expired = 4401;

/** A client that knows our subprotocols asks for a sign of life by a binary message of no bytes: browsers cannot send the pings of WebSocket. */
function isPing({ subprotocol }: WebSocketConnection, data: string | Uint8Array): boolean {
  return typeof data !== "string" && data.length === 0 && subprotocol !== null;
}

const nobody: Audience<unknown> = { send: () => {} };
