import { ClientError, unavailable } from "./client-error.ts";
import { callerChanged, Link, type StateEvent } from "./link.ts";
import type { CallOptions, Settings, WhileAway } from "./options.ts";
import { fromRpcError, type RpcMessage } from "./rpc-message.ts";

/** Calls that the server lets one socket have under way, less some for its own. */
const underWayMax = 190;
/** So often is a call sent at most: one that ends each connection must not do so for ever. */
const attemptsMax = 3;
/** What timers take at most, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** What is to be called. */
export interface RpcRequest {
  readonly method: string;
  /** JSON text. */
  readonly params: string;
  /** Changes state. */
  readonly isCommand: boolean;
}

/** An answer; `version` is that of a row. */
export interface RpcAnswer {
  readonly result: unknown;
  readonly version: number | undefined;
}

/** Who is told what a stream has to tell. */
export interface StreamUser {
  next(value: unknown): void;
  /** Nothing follows. Null where it was over by itself; `isRenewed`: another token is in use than when it was opened. */
  over(error: ClientError | null, isRenewed: boolean): void;
}

/** A call on its way, or a stream. */
interface Pending {
  readonly id: number;
  readonly request: RpcRequest;
  readonly stream: StreamUser | null;
  readonly fail: (error: ClientError) => void;
  readonly answer: (answer: RpcAnswer) => void;
  readonly whileAway: WhileAway;
  readonly idempotencyKey: string | undefined;
  readonly traceparent: string | undefined;
  /** When it must be answered, ms since the epoch; 0 for whenever. */
  readonly until: number;
  attempts: number;
  /** It was under way when a connection broke. */
  hasBroken: boolean;
  /** A stream that was opened. */
  isOpen: boolean;
  /** Who it was sent as. */
  token: string | null;
}

/** Calls and streams over one socket that comes back. */
export class Session {
  readonly link: Link;
  readonly #settings: Settings;
  readonly #changed: (event: StateEvent) => void;
  /** Not sent yet, in their order. */
  #waiting: Pending[] = [];
  /** Sent, and not answered; streams until they are over. */
  readonly #underWay = new Map<number, Pending>();
  #lastId = 0;
  #renewal: Promise<boolean> | null = null;
  #renewTimer: ReturnType<typeof setTimeout> | undefined;
  /** Why it is closed. */
  #end: ClientError | null = null;

  constructor(settings: Settings, changed: (event: StateEvent) => void) {
    this.#settings = settings;
    this.#changed = changed;
    this.link = new Link({
      url: settings.origin + settings.path,
      subprotocols: ["fourfold.jsonrpc.v1"],
      settings,
      ping: '{"jsonrpc":"2.0","id":0,"method":"$/ping"}',
      received: (data) => this.#received(data),
      changed: (event) => this.#stateChanged(event),
    });
  }

  /** Calls an operation. Rejects with a ClientError, or the reason of `signal`. */
  call(request: RpcRequest, options: CallOptions = {}): Promise<RpcAnswer> {
    const { signal, timeout = this.#settings.timeout } = options;
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const pending = this.#pending(request, options, {
        stream: null,
        until: timeout > 0 ? Date.now() + timeout : 0,
        answer: (answer) => end(() => resolve(answer)),
        fail: (error) => end(() => reject(error)),
      });
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        this.#cancel(pending);
        settle();
      };
      const abort = (): void => end(() => reject(signal?.reason));
      if (signal?.aborted) return abort();
      if (timeout > 0) timer = setTimeout(() => pending.fail(tookTooLong()), timeout);
      signal?.addEventListener("abort", abort);
      this.#begin(pending);
    });
  }

  /** Opens a stream once there is a connection. Returns what ends it without another word. */
  stream(request: RpcRequest, stream: StreamUser): () => void {
    const pending = this.#pending(
      request,
      { whileAway: "queue" },
      { stream, until: 0, answer: () => {}, fail: (error) => stream.over(error, false) },
    );
    this.#begin(pending);
    return () => this.#cancel(pending);
  }

  /** Asks for a token and uses it from now on; whether it is another one. `refused` was not taken. */
  renew(refused: string | null): Promise<boolean> {
    this.#renewal ??= this.#renew(refused).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #renew(refused: string | null): Promise<boolean> {
    const before = this.#settings.tokens.current;
    const token = await this.#settings.tokens.take(refused);
    if (this.link.state === "open" && token !== before) {
      // Once it is somebody's, a socket is never nobody's again.
      if (token === null) this.link.reopen();
      else {
        const request = { method: "$/authenticate", params: JSON.stringify({ token }), isCommand: false };
        await this.call(request, { whileAway: "fail" });
      }
    }
    this.#planRenewal();
    return token !== before;
  }

  /** Renews the token before it expires, where it says when it does. */
  #planRenewal(): void {
    clearTimeout(this.#renewTimer);
    const ms = this.#settings.tokens.renewInMs;
    // If it cannot be had now, it is asked for again when the server misses it.
    if (ms < longestTimer) this.#renewTimer = setTimeout(() => void this.renew(null).catch(() => {}), ms);
  }

  #pending(
    request: RpcRequest,
    { whileAway = this.#settings.whileAway, idempotencyKey, traceparent }: CallOptions,
    user: Pick<Pending, "stream" | "until" | "answer" | "fail">,
  ): Pending {
    const needsKey = request.isCommand && whileAway === "queue";
    return {
      ...user,
      id: ++this.#lastId,
      request,
      whileAway,
      idempotencyKey: idempotencyKey ?? (needsKey ? randomKey() : undefined),
      traceparent,
      attempts: 0,
      hasBroken: false,
      isOpen: false,
      token: null,
    };
  }

  #begin(pending: Pending): void {
    const { state } = this.link;
    const { queueMax } = this.#settings;
    if (this.#end !== null) pending.fail(this.#end);
    else if (state === "away" && pending.whileAway === "fail") pending.fail(unavailable());
    else if (state !== "open" && pending.stream === null && this.#waiting.length >= queueMax)
      pending.fail(queueFull(queueMax));
    else {
      this.#waiting.push(pending);
      this.link.open();
      this.#flush();
    }
  }

  #flush(): void {
    while (this.link.state === "open" && this.#underWay.size < underWayMax) {
      const pending = this.#waiting.shift();
      if (pending === undefined) return;
      this.#underWay.set(pending.id, pending);
      pending.attempts++;
      pending.token = this.#settings.tokens.current;
      this.link.send(toText(pending));
    }
  }

  /** Nothing is to come of it any more. */
  #cancel(pending: Pending): void {
    this.#waiting = this.#waiting.filter((each) => each !== pending);
    if (!this.#underWay.delete(pending.id)) return;
    this.link.send(`{"jsonrpc":"2.0","method":"$/cancel","params":{"id":${pending.id}}}`);
    this.#flush();
  }

  #received(data: unknown): void {
    const { id, params, result, meta, method, error = params?.error }: RpcMessage = JSON.parse(`${data}`);
    const pending = this.#underWay.get(id ?? params?.stream ?? 0);
    if (pending === undefined) return;
    const { stream } = pending;
    if (method === "$/next") stream?.next(params?.value);
    else if (stream !== null && method === undefined && error === undefined) pending.isOpen = true;
    else if (error !== undefined) this.#refused(pending, fromRpcError(error));
    else {
      this.#underWay.delete(pending.id);
      if (stream === null) pending.answer({ result, version: meta?.version });
      else stream.over(null, false);
      this.#flush();
    }
  }

  #refused(pending: Pending, error: ClientError): void {
    const { attempts } = pending;
    const go = (isAgain: boolean): void => {
      // It may have been cancelled, or have lost its connection, in the meantime.
      if (attempts !== pending.attempts || !this.#underWay.delete(pending.id)) return;
      if (!isAgain) pending.fail(error);
      // Where a stream goes on, only its user knows.
      else if (pending.isOpen) pending.stream?.over(error, true);
      else this.#begin(pending);
      this.#flush();
    };
    if (error.code === "UNAUTHENTICATED" && attempts < attemptsMax) {
      const { token } = pending;
      // Another one may have come into use since it was sent.
      if (token !== this.#settings.tokens.current) go(true);
      else this.renew(token).then(go, () => go(false));
    }
    // The first attempt has not ended yet, over the socket that is lost.
    else if (error.code === "IDEMPOTENCY_KEY_IN_USE" && pending.hasBroken) setTimeout(go, 250, true);
    else go(false);
  }

  #stateChanged(event: StateEvent): void {
    const { state, error } = event;
    clearTimeout(this.#renewTimer);
    this.#end = state === "closed" ? (error ?? closedHere()) : null;
    if (state === "open") {
      this.#planRenewal();
      this.#flush();
    } else if (this.#end !== null || error !== null) this.#lose(this.#end ?? error ?? closedHere());
    this.#changed(event);
  }

  /** The connection is lost: what may go on over the next one waits for it. */
  #lose(error: ClientError): void {
    const all = [...this.#underWay.values(), ...this.#waiting];
    for (const pending of this.#underWay.values()) pending.hasBroken = true;
    this.#underWay.clear();
    const isOver = this.#end !== null;
    // A key belongs to a caller: what one has sent, another must not repeat.
    const sentMax = error.code === callerChanged ? 1 : attemptsMax;
    this.#waiting = all.filter(
      ({ whileAway, stream, attempts }) =>
        !isOver && whileAway === "queue" && attempts < (stream === null ? sentMax : 1),
    );
    // They may call again at once: what waits is in its order by now.
    for (const pending of all) {
      if (this.#waiting.includes(pending)) continue;
      const isUnknown = pending.hasBroken && pending.request.isCommand;
      pending.fail(
        isUnknown ? new ClientError("OUTCOME_UNKNOWN", "unknown", unknown, { cause: error }) : error,
      );
    }
  }
}

const unknown = "The connection broke: the call may have been carried out";

function tookTooLong(): ClientError {
  return new ClientError("DEADLINE_EXCEEDED", "deadline_exceeded", "The call took too long");
}

export function queueFull(max: number): ClientError {
  return new ClientError("QUEUE_FULL", "resource_exhausted", `${max} are waiting already`);
}

export function closedHere(): ClientError {
  return new ClientError("CLIENT_CLOSED", "cancelled", "The client was closed");
}

/** `crypto.randomUUID` is there on secure pages only. */
function randomKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}

function toText({ id, request, idempotencyKey, hasBroken, until, traceparent }: Pending): string {
  const meta = {
    idempotencyKey,
    traceparent,
    // Where the server cannot know it again, it must not carry it out again.
    repeated: hasBroken || undefined,
    timeout: until > 0 ? Math.max(until - Date.now(), 1) : undefined,
  };
  return `{"jsonrpc":"2.0","id":${id},"method":"${request.method}","params":${request.params},"meta":${JSON.stringify(meta)}}`;
}
