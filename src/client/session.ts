import { ClientError, unavailable } from "./client-error.ts";
import { Link, type StateEvent } from "./link.ts";
import type { CallOptions, Settings, WhileAway } from "./options.ts";
import { fromRpcError, type RpcMessage } from "./rpc-message.ts";
import type { Tokens } from "./tokens.ts";

/** Calls that the server lets one socket have under way, less some for its own. */
const underWayMax = 190;
/** So often is a call sent at most: one that ends each connection must not do so for ever. */
const attemptsMax = 3;

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
class Pending {
  readonly id: number;
  readonly request: RpcRequest;
  readonly idempotencyKey: string | undefined;
  readonly traceparent: string | undefined;
  readonly whileAway: WhileAway;
  /** When it must be answered, ms since the epoch; 0 for whenever. */
  readonly until: number;
  readonly stream: StreamUser | null;
  readonly settle: (error: unknown, answer?: RpcAnswer) => void;
  attempts = 0;
  /** It was under way when its connection broke. */
  hasBroken = false;
  hasRenewed = false;
  /** A stream that has been opened. */
  isOpen = false;
  isOver = false;
  /** Who it was sent as. */
  token: string | null = null;

  constructor(
    parts: Pick<Pending, "id" | "request" | "stream" | "settle" | "whileAway" | "until">,
    { idempotencyKey, traceparent }: CallOptions,
  ) {
    this.id = parts.id;
    this.request = parts.request;
    this.stream = parts.stream;
    this.settle = parts.settle;
    this.whileAway = parts.whileAway;
    this.until = parts.until;
    const needsKey = parts.request.isCommand && parts.whileAway === "queue";
    this.idempotencyKey = idempotencyKey ?? (needsKey ? crypto.randomUUID() : undefined);
    this.traceparent = traceparent;
  }

  get text(): string {
    const { method, params } = this.request;
    const meta = {
      idempotencyKey: this.idempotencyKey,
      // The server must know it again: where it cannot, it must not carry it out again.
      repeated: this.hasBroken && this.request.isCommand ? true : undefined,
      timeout: this.until > 0 ? Math.max(this.until - Date.now(), 1) : undefined,
      traceparent: this.traceparent,
    };
    return `{"jsonrpc":"2.0","id":${this.id},"method":"${method}","params":${params},"meta":${JSON.stringify(meta)}}`;
  }

  /** The connection broke while it was under way: why it cannot go on over the next one; null where it can. */
  lost(error: ClientError): ClientError | null {
    this.hasBroken = true;
    if (this.stream !== null) return error;
    if (this.whileAway === "queue" && this.attempts < attemptsMax) return null;
    return this.request.isCommand ? outcomeUnknown(error) : error;
  }
}

/** Calls and streams over one socket that comes back. */
export class Session {
  readonly link: Link;
  readonly #settings: Settings;
  readonly #tokens: Tokens;
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

  constructor(settings: Settings, tokens: Tokens, changed: (event: StateEvent) => void) {
    this.#settings = settings;
    this.#tokens = tokens;
    this.#changed = changed;
    this.link = new Link({
      url: settings.origin + settings.path,
      subprotocols: ["fourfold.jsonrpc.v1"],
      settings,
      tokens,
      ping: () => '{"jsonrpc":"2.0","id":0,"method":"$/ping"}',
      user: {
        received: (data) => this.#received(data),
        changed: (event) => this.#stateChanged(event),
      },
    });
  }

  /** Calls an operation. Rejects with a ClientError, or the reason of `signal`. */
  call(request: RpcRequest, options: CallOptions = {}): Promise<RpcAnswer> {
    const { signal, timeout = this.#settings.timeout, whileAway = this.#settings.whileAway } = options;
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const cancel = (reason: unknown): void => {
        this.#cancel(pending);
        reject(reason);
      };
      const abort = (): void => cancel(signal?.reason);
      const until = timeout > 0 ? Date.now() + timeout : 0;
      const settle = (error: unknown, answer?: RpcAnswer): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        pending.isOver = true;
        if (answer === undefined) reject(error);
        else resolve(answer);
      };
      const pending = new Pending(
        { id: ++this.#lastId, request, stream: null, settle, whileAway, until },
        options,
      );
      if (signal?.aborted) return settle(signal.reason);
      if (timeout > 0)
        timer = setTimeout(
          () => cancel(new ClientError("DEADLINE_EXCEEDED", "deadline_exceeded", "The call took too long")),
          timeout,
        );
      signal?.addEventListener("abort", abort);
      this.#begin(pending);
    });
  }

  /** Opens a stream once there is a connection. Returns what ends it without another word. */
  stream(request: RpcRequest, user: StreamUser): () => void {
    const settle = (error: unknown): void => {
      if (error instanceof ClientError) user.over(error, false);
    };
    const parts = {
      id: ++this.#lastId,
      request,
      stream: user,
      settle,
      whileAway: "queue",
      until: 0,
    } as const;
    const pending = new Pending(parts, {});
    this.#begin(pending);
    return () => this.#cancel(pending);
  }

  /** Asks for a token and uses it from now on; whether it is another one. */
  renew(refused: string | null): Promise<boolean> {
    this.#renewal ??= this.#renew(refused).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #renew(refused: string | null): Promise<boolean> {
    const before = this.#tokens.current;
    const token = await this.#tokens.take(refused);
    const { state } = this.link;
    if (state === "open" && token !== before) {
      // Nobody is who a socket is opened as, or it is another one.
      if (token === null) this.link.reopen();
      else {
        const params = JSON.stringify({ token });
        await this.call({ method: "$/authenticate", params, isCommand: false }, { whileAway: "fail" });
      }
    }
    this.#planRenewal();
    return token !== before;
  }

  /** Before the token expires. */
  #planRenewal(): void {
    clearTimeout(this.#renewTimer);
    const ms = this.#tokens.renewInMs;
    if (ms === null) return;
    // Timers take 31 bits of milliseconds.
    const again = (): void => {
      this.#renewTimer = setTimeout(() => this.#planRenewal(), 5_000);
    };
    if (ms > 2 ** 31 - 1) again();
    else this.#renewTimer = setTimeout(() => void this.renew(null).catch(again), ms);
  }

  #begin(pending: Pending): void {
    const { state } = this.link;
    if (this.#end !== null) pending.settle(this.#end);
    else if (state === "away" && pending.whileAway === "fail")
      pending.settle(unavailable("There is no connection"));
    else if (state !== "open" && pending.stream === null && this.#waiting.length >= this.#settings.queueMax) {
      const message = `${this.#settings.queueMax} calls are waiting for a connection`;
      pending.settle(new ClientError("QUEUE_FULL", "resource_exhausted", message));
    } else {
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
      pending.token = this.#tokens.current;
      this.link.send(pending.text);
    }
  }

  #cancel(pending: Pending): void {
    pending.isOver = true;
    this.#waiting = this.#waiting.filter((each) => each !== pending);
    if (!this.#underWay.delete(pending.id)) return;
    this.link.send(`{"jsonrpc":"2.0","method":"$/cancel","params":{"id":${pending.id}}}`);
    this.#flush();
  }

  #received(data: unknown): void {
    const message: RpcMessage = JSON.parse(`${data}`);
    const { id, params, error, result, meta } = message;
    const pending = this.#underWay.get(id ?? params?.stream ?? 0);
    if (pending === undefined) return;
    const { stream } = pending;
    const refusal = error ?? params?.error;
    if (refusal !== undefined) this.#refused(pending, fromRpcError(refusal));
    else if (stream === null) {
      this.#underWay.delete(pending.id);
      pending.settle(null, { result, version: meta?.version });
    } else if (message.method === "$/next") stream.next(params?.value);
    else if (message.method === "$/complete") {
      this.#underWay.delete(pending.id);
      stream.over(null, false);
    } else pending.isOpen = true;
    this.#flush();
  }

  #refused(pending: Pending, error: ClientError): void {
    this.#underWay.delete(pending.id);
    const fail = (): void => pending.settle(error);
    if (error.code === "UNAUTHENTICATED" && this.#tokens.hasSource && !pending.hasRenewed) {
      pending.hasRenewed = true;
      this.#renewFor(pending).then((isAnother) => (isAnother ? this.#again(pending, error) : fail()), fail);
    } else if (error.code === "IDEMPOTENCY_KEY_IN_USE" && pending.hasBroken)
      // The first attempt has not ended yet, over the socket that is lost.
      setTimeout(() => this.#again(pending, error), (error.retryAfter ?? 1) * 1_000);
    else fail();
  }

  /** Whether another token is in use, or has come into use now, than when it was sent. */
  async #renewFor({ token }: Pending): Promise<boolean> {
    return token !== this.#tokens.current || (await this.renew(token));
  }

  #again(pending: Pending, error: ClientError): void {
    if (pending.isOver) return;
    // Where a stream goes on, only its user knows.
    if (pending.isOpen) pending.stream?.over(error, true);
    else this.#begin(pending);
  }

  #stateChanged(event: StateEvent): void {
    const { state, error } = event;
    this.#end = null;
    if (state === "open") {
      this.#planRenewal();
      this.#flush();
    } else clearTimeout(this.#renewTimer);
    if (state === "away") this.#away(error ?? unavailable("The connection was lost"));
    if (state === "closed")
      this.#closed(error ?? new ClientError("CLIENT_CLOSED", "cancelled", "The client was closed"));
    this.#changed(event);
  }

  #away(error: ClientError): void {
    const [underWay, waiting] = this.#take();
    const failed: [Pending, ClientError][] = [];
    for (const pending of underWay) {
      const reason = pending.lost(error);
      if (reason === null) this.#waiting.push(pending);
      else failed.push([pending, reason]);
    }
    for (const pending of waiting) {
      if (pending.whileAway === "queue") this.#waiting.push(pending);
      else failed.push([pending, error]);
    }
    // They may call again at once: what waits is in its order by now.
    for (const [pending, reason] of failed) pending.settle(reason);
  }

  #closed(error: ClientError): void {
    this.#end = error;
    const [underWay, waiting] = this.#take();
    for (const pending of underWay) {
      const isOpen = pending.stream === null && pending.request.isCommand;
      pending.settle(isOpen ? outcomeUnknown(error) : error);
    }
    for (const pending of waiting) pending.settle(error);
  }

  /** Those under way and those that wait; none are left. */
  #take(): readonly [readonly Pending[], readonly Pending[]] {
    const taken = [[...this.#underWay.values()], this.#waiting] as const;
    this.#underWay.clear();
    this.#waiting = [];
    return taken;
  }
}

function outcomeUnknown(cause: ClientError): ClientError {
  const message = "The connection broke while the call was under way: it may have been carried out";
  return new ClientError("OUTCOME_UNKNOWN", "unknown", message, { cause });
}
