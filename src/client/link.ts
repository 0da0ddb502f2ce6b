import type { ErrorKind } from "../errors/kinds.ts";
import { ClientError, unavailable } from "./client-error.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Settings } from "./options.ts";
import { never, toSubprotocol } from "./tokens.ts";
import { onWake } from "./wake.ts";

/** `away`: lost, and being tried again. */
export type ConnectionState = "connecting" | "open" | "away" | "closed";

/** A new state of a connection. */
export interface StateEvent {
  readonly type: "state";
  readonly state: ConnectionState;
  /** Why it is `away` or `closed`; null where it was closed here. */
  readonly error: ClientError | null;
  /** Milliseconds until it is tried again; null where it is not waiting for that. */
  readonly retryIn: number | null;
}

/** What a link is made of. */
export interface LinkOptions {
  readonly url: string;
  readonly subprotocols: readonly string[];
  readonly settings: Settings;
  /** What a sign of life is asked for with. */
  readonly ping: string | Uint8Array<ArrayBuffer>;
  /** Takes a message. */
  readonly received: (data: unknown) => void;
  /** Its state is another one. Nothing is received before the first `open`, nor while it is not open. */
  readonly changed: (event: StateEvent) => void;
}

/** A connection that has lasted so long was a good one: the next one is tried as if for the first time. Milliseconds. */
const stableMs = 10_000;

/** The code of what has ended for it. */
export const callerChanged = "CALLER_CHANGED";

const noAnswer = "The server does not answer";

/** A WebSocket that comes back. */
export class Link {
  state: ConnectionState = "connecting";
  readonly #options: LinkOptions;
  readonly #heartbeat: Heartbeat;
  #socket: WebSocket | null = null;
  /** Until it is tried again, or must be open. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Of each attempt, one more: what belongs to an earlier one is void. */
  #turn = 0;
  #openedAt = never;
  /** Attempts without a good connection. */
  #failures = 0;
  /** The token that was refused, empty for none: the next refusal is the last one. */
  #refused: string | null = null;
  #sleep: (() => void) | null = null;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#heartbeat = new Heartbeat(
      options.settings,
      () => this.send(options.ping),
      () => this.lost(unavailable(noAnswer)),
    );
  }

  /** The subprotocol that was chosen; empty for none. */
  get protocol(): string {
    return this.#socket?.protocol ?? "";
  }

  /** Connects, if it has not begun to. */
  open(): void {
    if (this.#sleep !== null) return;
    this.#sleep = onWake(() => this.#wake());
    this.#failures = 0;
    this.#refused = null;
    this.#become("connecting");
    void this.#connect();
  }

  /** Sends a message; it must be open. */
  send(message: string | Uint8Array<ArrayBuffer>): void {
    this.#socket?.send(message);
  }

  /** Connects anew, at once: as somebody else. */
  reopen(): void {
    if (this.#sleep === null) return;
    this.#drop();
    this.#become("connecting", new ClientError(callerChanged, "unavailable", "Somebody else calls"));
    void this.#connect();
  }

  close(error: ClientError | null = null): void {
    if (this.state === "closed") return;
    this.#drop();
    this.#sleep?.();
    this.#sleep = null;
    this.#become("closed", error);
  }

  async #connect(): Promise<void> {
    const { url, subprotocols, settings, ping } = this.#options;
    const turn = ++this.#turn;
    // A token that does not come is a connection that does not open.
    this.#timer = setTimeout(() => this.lost(unavailable(noAnswer)), settings.answerMs);
    try {
      const token = await settings.tokens.take(this.#refused);
      if (turn !== this.#turn) return;
      const offered = token === null ? [] : [toSubprotocol(token)];
      const socket = new WebSocket(url, [...subprotocols, ...offered]);
      this.#listen(socket);
      // A server that does not take the token opens the socket, to say so: only who answers has let us in.
      socket.onopen = () => (token === null ? this.#opened() : this.send(ping));
    } catch (thrown) {
      if (turn === this.#turn) this.lost(unavailable(undefined, { cause: thrown }));
    }
  }

  #listen(socket: WebSocket): void {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      this.#heartbeat.heard();
      if (this.state !== "open") this.#opened();
      this.#options.received(data);
    };
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
    // What is wrong is told to nobody by browsers; `close` follows.
    socket.onerror = null;
  }

  #opened(): void {
    clearTimeout(this.#timer);
    this.#openedAt = Date.now();
    this.#refused = null;
    this.#heartbeat.start();
    this.#become("open");
  }

  /** The server, or the network, ended it. */
  #closed(code: number, reason: string): void {
    const error = toError(code, reason);
    if (error.kind === "unavailable") this.lost(error);
    else if (this.#refused !== null) this.close(error);
    else {
      this.#refused = this.#options.settings.tokens.current ?? "";
      // A token that is refused may be an old one: another one is tried at once.
      if (this.state === "open") this.lost(error);
      else {
        this.#drop();
        void this.#connect();
      }
    }
  }

  /** Gives the present connection up, and connects anew before long. */
  lost(error: ClientError): void {
    this.#drop();
    if (Date.now() - this.#openedAt > stableMs) this.#failures = 0;
    this.#openedAt = never;
    const retryIn = backOff(this.#options.settings, this.#failures++);
    this.#timer = setTimeout(() => void this.#connect(), retryIn);
    this.#become("away", error, retryIn);
  }

  /** Leaves the present connection, whether or not its end is ever confirmed. */
  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#turn++;
    clearTimeout(this.#timer);
    this.#heartbeat.stop();
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #wake(): void {
    if (this.state === "open") this.#heartbeat.check();
    else if (this.#socket === null) {
      this.#drop();
      void this.#connect();
    }
  }

  #become(state: ConnectionState, error: ClientError | null = null, retryIn: number | null = null): void {
    this.state = state;
    this.#options.changed({ type: "state", state, error, retryIn });
  }
}

/** Milliseconds until something is tried again. Full jitter: those who have lost the same server do not come back together. */
export function backOff({ backOffMs, backOffMaxMs }: Settings, failures: number): number {
  return Math.round(Math.random() * Math.min(backOffMaxMs, backOffMs * 2 ** failures));
}

/**
 * Refusals are 1008 (RFC 6455 §7.4.1) and codes from 4000 on, which ours and others make of HTTP's statuses; but for 4429, and for what
 * is the server's own fault.
 */
function toError(code: number, reason: string): ClientError {
  const message = `The connection was closed: ${code} ${reason}`;
  const isRefusal = code === 1008 || (code > 3999 && code < 4500 && code !== 4429);
  if (!isRefusal) return unavailable(message);
  const kind: ErrorKind = code === 4401 ? "unauthenticated" : "permission_denied";
  return new ClientError(kind.toUpperCase(), kind, message);
}
