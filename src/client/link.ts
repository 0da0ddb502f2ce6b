import type { ErrorKind } from "../errors/kinds.ts";
import { ClientError, unavailable } from "./client-error.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Settings } from "./options.ts";
import { type Tokens, toSubprotocol } from "./tokens.ts";
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

/** Whom a link tells. */
export interface LinkUser {
  /** Takes a message. */
  received(data: unknown): void;
  /** Its state is another one. Nothing is received before the first `open`, nor while it is not open. */
  changed(event: StateEvent): void;
}

/** What a link is made of. */
export interface LinkOptions {
  readonly url: string;
  readonly subprotocols: readonly string[];
  readonly settings: Settings;
  readonly tokens: Tokens;
  /** What a sign of life is asked for with. */
  readonly ping: () => string | Uint8Array<ArrayBuffer>;
  readonly user: LinkUser;
}

/** A connection that has lasted so long was a good one: the next one is tried as if for the first time. Milliseconds. */
const stableMs = 10_000;
/** Not more often is a connection tried because of an event. Milliseconds. */
const hurryMs = 1_000;

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
  #triedAt = 0;
  #openedAt = 0;
  /** Attempts without a good connection. */
  #failures = 0;
  /** A token that was refused; the next refusal is the last one. */
  #refused: string | null = null;
  #hasRefused = false;
  #sleep: (() => void) | null = null;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#heartbeat = new Heartbeat(
      options.settings,
      () => this.send(options.ping()),
      () => this.#lost(unavailable("The server gave no sign of life")),
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
    this.#hasRefused = false;
    this.#refused = null;
    this.#become("connecting");
    void this.#connect();
  }

  /** Sends a message; it must be open. */
  send(message: string | Uint8Array<ArrayBuffer>): void {
    this.#socket?.send(message);
  }

  /** Connects anew, at once. */
  reopen(): void {
    if (this.#sleep === null) return;
    this.#drop();
    this.#become("away", unavailable("It is connecting anew"));
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
    const { url, subprotocols, tokens, settings } = this.#options;
    const turn = ++this.#turn;
    this.#triedAt = Date.now();
    // A token that does not come is a connection that does not open.
    this.#timer = setTimeout(() => this.#lost(unavailable("It did not open in time")), settings.answerMs);
    try {
      const token = await tokens.take(this.#refused);
      if (turn !== this.#turn) return;
      const offered = token === null ? subprotocols : [...subprotocols, toSubprotocol(token)];
      this.#listen(new WebSocket(url, [...offered]), turn);
    } catch (thrown) {
      if (turn === this.#turn) this.#lost(unavailable("It could not be opened", thrown));
    }
  }

  #listen(socket: WebSocket, turn: number): void {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => {
      this.#heartbeat.heard();
      // A refusal comes right after the opening: one that is spoken over was none.
      this.#hasRefused = false;
      if (turn === this.#turn) this.#options.user.received(data);
    };
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
    // What is wrong is told to nobody by browsers; `close` follows.
    socket.onerror = null;
  }

  #opened(): void {
    clearTimeout(this.#timer);
    this.#openedAt = Date.now();
    this.#heartbeat.start();
    this.#become("open");
  }

  /** The server, or the network, ended it. */
  #closed(code: number, reason: string): void {
    const { tokens } = this.#options;
    const error = toError(code, reason);
    if (error.kind === "unavailable") this.#lost(error);
    else if (this.#hasRefused || !tokens.hasSource) this.close(error);
    else {
      this.#hasRefused = true;
      this.#refused = tokens.current;
      this.#lost(error);
    }
  }

  #lost(error: ClientError): void {
    this.#drop();
    const { firstMs, maxMs } = this.#options.settings;
    const now = Date.now();
    if (this.#openedAt > 0 && now - this.#openedAt > stableMs) this.#failures = 0;
    this.#openedAt = 0;
    // Full jitter: those who have lost the same server do not come back together.
    const retryIn = Math.round(Math.random() * Math.min(maxMs, firstMs * 2 ** this.#failures++));
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
    else if (Date.now() - this.#triedAt > hurryMs) {
      this.#drop();
      void this.#connect();
    }
  }

  #become(state: ConnectionState, error: ClientError | null = null, retryIn: number | null = null): void {
    this.state = state;
    this.#options.user.changed({ type: "state", state, error, retryIn });
  }
}

/** Codes from 4400 on are the server's refusals: 4000 and the status that HTTP has for them. 1008: RFC 6455 §7.4.1. */
function toError(code: number, reason: string): ClientError {
  const status = code === 1008 ? 403 : code - 4000;
  const message = `The connection was closed: ${code}${reason === "" ? "" : ` ${reason}`}`;
  if (status < 0 || status >= 500 || status === 408 || status === 429) return unavailable(message);
  const kind: ErrorKind = status === 401 ? "unauthenticated" : "permission_denied";
  return new ClientError(/^[A-Z]\w+$/.test(reason) ? reason : kind.toUpperCase(), kind, message);
}
