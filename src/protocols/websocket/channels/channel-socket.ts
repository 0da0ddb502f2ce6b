import { isPromise } from "../../../base/awaitable.ts";
import type { Caller } from "../../../define/caller.ts";
import type { MessageContext } from "../../../define/channel.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { whenExpired } from "../../../invoke/expiry.ts";
import { assertGranted } from "../../../invoke/limit.ts";
import { closeCodes, type WebSocketConnection } from "../../../net/index.ts";
import type { HttpRequest } from "../../http/http-request.ts";
import type { SocketGuest } from "../socket-place.ts";
import type { ChannelRuntime } from "./channel-runtime.ts";
import type { Member } from "./member.ts";
import { errorText } from "./messages.ts";
import { type MessageOrigin, ReceivedMessage } from "./received-message.ts";

type Context = MessageContext<unknown, unknown>;
type Receive = (context: Context) => void | PromiseLike<void>;

/** A connection of a channel, from its opening on. Its messages are taken one after another. */
export class ChannelSocket implements SocketGuest {
  readonly #runtime: ChannelRuntime;
  readonly #request: HttpRequest;
  readonly #caller: Caller | null;
  readonly #room: string;
  readonly #receive: Receive | null;
  /** The server stops. */
  #isLeaving: boolean;
  /** Has the end of the caller's credentials not be waited for any more. */
  #stopWaiting: (() => void) | null;
  /** Null until the socket is open, and once it is not any more. */
  #origin: MessageOrigin | null;
  /** The message that is being taken. */
  #current: ReceivedMessage | null;
  /** The one after it, if it has come: no more than that is read meanwhile, and that it is read shows when the connection is gone. */
  #next: string | Uint8Array | null;

  constructor(
    runtime: ChannelRuntime,
    {
      request,
      caller,
      room,
    }: { readonly request: HttpRequest; readonly caller: Caller | null; readonly room: string },
  ) {
    this.#runtime = runtime;
    this.#request = request;
    this.#caller = caller;
    this.#room = room;
    // Its messages are those that the definition says: `plan.read` has refused all others.
    this.#receive = runtime.plan.channel.receive as Receive | null;
    this.#isLeaving = false;
    this.#stopWaiting = null;
    this.#origin = null;
    this.#current = null;
    this.#next = null;
  }

  opened(socket: WebSocketConnection): void {
    const runtime = this.#runtime;
    const { services } = runtime.services.invoker;
    const { request, context } = this.#request.exchange;
    const member = runtime.join(this.#room, socket, this.#caller, context.limits.outputBytes);
    this.#origin = {
      services,
      credentials: this.#request,
      path: request.path,
      member,
      sender: runtime.sender(member),
      everyone: runtime.audience(this.#room, null),
      others: runtime.audience(this.#room, member.id),
    };
    // What is said here is said as who joined: another token is another connection's.
    const close = (): void => socket.close(expired, "UNAUTHENTICATED");
    this.#stopWaiting = whenExpired(this.#caller, services.now, close);
  }

  message(socket: WebSocketConnection, data: string | Uint8Array): void {
    const origin = this.#origin;
    if (origin === null) return;
    if (isPing(socket, data)) {
      socket.send(data);
      return;
    }
    if (this.#current === null) {
      this.#takeNow(socket, origin, data);
      return;
    }
    this.#next = data;
    socket.hold(true);
  }

  #takeNow(socket: WebSocketConnection, origin: MessageOrigin, data: string | Uint8Array): void {
    try {
      const taken = this.#take(origin, data);
      if (isPromise(taken)) this.#awaitTaken(socket, origin.member, taken);
      else this.#current = null;
    } catch (thrown) {
      this.#tell(origin.member, thrown);
      this.#current = null;
    }
  }

  /** A message that is being taken is taken to its end. */
  drain(socket: WebSocketConnection): void {
    this.#isLeaving = true;
    if (this.#current === null) socket.close(closeCodes.goingAway);
  }

  drained(): void {
    this.#origin?.member.outbox.drained();
  }

  closed(): void {
    if (this.#origin !== null) this.#runtime.leave(this.#origin.member);
    this.#origin = null;
    this.#next = null;
    this.#current?.leave();
    this.#stopWaiting?.();
  }

  #awaitTaken(socket: WebSocketConnection, member: Member, taken: PromiseLike<void>): void {
    taken.then(
      () => this.#taken(socket),
      (thrown: unknown) => {
        this.#tell(member, thrown);
        this.#taken(socket);
      },
    );
  }

  #taken(socket: WebSocketConnection): void {
    this.#current = null;
    if (this.#origin === null) return;
    if (this.#isLeaving) {
      socket.close(closeCodes.goingAway);
      return;
    }
    const next = this.#next;
    this.#next = null;
    if (next !== null) this.#takeNow(socket, this.#origin, next);
    socket.hold(false);
  }

  #take(origin: MessageOrigin, data: string | Uint8Array): void | PromiseLike<void> {
    if (typeof data !== "string")
      throw frameworkError("INVALID_INPUT", "Messages of this channel are text, and this one is binary");
    const left = this.#runtime.charge(this.#caller, this.#request);
    if (left !== null) assertGranted(left);
    const message = this.#runtime.plan.read(data);
    if (this.#receive === null) {
      origin.everyone.send(message);
      return;
    }
    const received = new ReceivedMessage(message, origin);
    this.#current = received;
    return this.#receive(received);
  }

  #tell(member: Member, thrown: unknown): void {
    // A handler that has left off since nobody is there any more has not failed.
    if (this.#origin === null && thrown instanceof Error && thrown.name === "AbortError") return;
    const id = this.#current?.requestId ?? member.id;
    member.tell(errorText(this.#runtime.services.toApiError(thrown, id)));
  }
}

/** As of a handshake whose token is refused: 4000 and HTTP's status. */
const expired = 4401;

/** A client that knows our subprotocols asks for a sign of life by a binary message of no bytes: browsers cannot send the pings of WebSocket. */
function isPing({ subprotocol }: WebSocketConnection, data: string | Uint8Array): boolean {
  return typeof data !== "string" && data.length === 0 && subprotocol !== null;
}
