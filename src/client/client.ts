import type { WatchArgument } from "../define/definition.ts";
import type {
  CallArguments,
  CalledOperation,
  ChannelArguments,
  ItemIn,
  OpenedChannel,
  RowIn,
  StreamArguments,
  Watched,
} from "./call-types.ts";
import { toCallable } from "./callable.ts";
import { ChannelConnection, type ChannelEvent } from "./channel.ts";
import type { Feed } from "./inbox.ts";
import type { ConnectionState, StateEvent } from "./link.ts";
import { type ClientOptions, type Settings, type StreamOptions, toSettings } from "./options.ts";
import { isRecord } from "./record.ts";
import { closedHere, Session } from "./session.ts";
import { openSubscription, type StreamParts, Watch, type WatchEvent } from "./watch.ts";

/** What a subscription tells, one value after another; it throws what the subscription failed with. */
export interface Subscription<T> extends AsyncIterableIterator<T> {
  close(): void;
}

/** A connection to a channel that sends `S` and takes `M`. */
export interface Connection<S, M> extends Feed<ChannelEvent<S>> {
  readonly state: ConnectionState;
  /**
   * Sends a message, or keeps it until there is a connection. Throws UNAVAILABLE where it must not wait, and QUEUE_FULL. What was sent
   * over a connection that breaks is not sent again.
   */
  send(message: M): void;
}

const rowVersions = new WeakMap<object, number>();

/** The version of a row that a call answered: as `ifVersion`, the row is changed only where it is still this one. */
export function versionOf(row: object): number | undefined {
  return rowVersions.get(row);
}

/** A client of one API. Connects when it is first used. */
export class Client {
  readonly #settings: Settings;
  readonly #session: Session;
  readonly #listeners = new Set<(event: StateEvent) => void>();
  #channels: readonly Pick<ChannelConnection<never, never>, "reopen" | "close" | "isOver">[] = [];

  constructor(options: ClientOptions) {
    this.#settings = toSettings(options);
    this.#session = new Session(this.#settings, (event) => {
      for (const listener of this.#listeners) listener(event);
    });
  }

  /** Of the connection for calls and watches. */
  get state(): ConnectionState {
    return this.#session.link.state;
  }

  /** Calls an operation. Rejects with a {@link ClientError}, or with the reason of `signal`. */
  async call<In, Out>(operation: CalledOperation<In, Out>, ...rest: CallArguments<In>): Promise<Out> {
    const [input, options] = rest;
    const { request, read } = toCallable(operation);
    const { result, version } = await this.#session.call(request(input), options);
    const answer = read(result);
    if (version !== undefined && isRecord(answer)) rowVersions.set(answer, version);
    // The server has written it as the definition says.
    return answer as Out;
  }

  /** Watches the rows of a resource, from now on until `close`, over any number of connections (docs/watch.md). */
  watch<Changes>(
    resource: Watched<Changes>,
    input: WatchArgument = {},
    options: StreamOptions = {},
  ): Feed<WatchEvent<RowIn<Changes>>> {
    const { request, read } = toCallable(resource.watch);
    const { after = null, ...rest } = input;
    const parts = this.#parts(options, (position) =>
      request(position === null ? rest : { ...rest, after: position }),
    );
    // As above.
    return new Watch(parts, after, (value) => read(value) as WatchEvent<RowIn<Changes>>).inbox;
  }

  /** Opens a subscription. It ends with its connection: only a watch can go on where it was. */
  subscribe<In, Out>(
    operation: CalledOperation<In, Out>,
    ...rest: StreamArguments<In>
  ): Subscription<ItemIn<Out>> {
    const [input, options = {}] = rest;
    const { request, read } = toCallable(operation);
    const parts = this.#parts(options, () => request(input));
    // As above.
    return openSubscription(parts, (value) => read(value) as ItemIn<Out>);
  }

  /** Opens a connection to a channel. `parameters` are the values of the names in braces of its path. */
  channel<S, P extends string, M>(
    channel: OpenedChannel<S, P, M>,
    ...rest: ChannelArguments<P>
  ): Connection<S, M> {
    const [parameters, options = {}] = rest;
    const connection = new ChannelConnection<S, M>({
      ...options,
      channel,
      path: toPath(channel, parameters),
      settings: this.#settings,
    });
    this.#channels = [...this.#channels.filter(({ isOver }) => !isOver), connection];
    return connection;
  }

  /** Tells of each new state of the connection. Returns what ends that. */
  listen(listener: (event: StateEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Connects now, also where it is closed. Rejects where it is closed instead. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.state === "open") return resolve();
      const stop = this.listen(({ state, error }) => {
        if (state === "open" || state === "closed") stop();
        if (state === "open") resolve();
        if (state === "closed") reject(error ?? closedHere());
      });
      this.#session.link.open();
    });
  }

  /**
   * Connects anew, as who the token says then: when somebody has signed in, or out. Watches begin again with `reset`, for others may see
   * other rows; calls that are under way fail.
   */
  async renew(): Promise<void> {
    for (const channel of this.#channels) channel.reopen();
    this.#session.link.reopen();
    await this.open();
  }

  /** Ends all of it. */
  close(): void {
    for (const channel of this.#channels) channel.close();
    this.#session.link.close();
  }

  #parts(options: StreamOptions, request: StreamParts["request"]): StreamParts {
    return { ...options, session: this.#session, settings: this.#settings, request };
  }
}

/** Makes a client. A TypeError for a `url` that is none. */
export function createClient(options: ClientOptions = {}): Client {
  return new Client(options);
}

function toPath({ path }: { readonly path: string }, parameters: unknown): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value: unknown = Object(parameters)[name];
    if (typeof value !== "string") throw new TypeError(`${path}: "${name}" must be text`);
    return encodeURIComponent(value);
  });
}
