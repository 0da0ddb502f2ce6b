import type { Channel, ChannelParameters } from "../define/channel-definition.ts";
import type { Operation, WatchArgument } from "../define/definition.ts";
import type { CallOptions, StreamOptions } from "./options.ts";
import type { RemoteChannel, RemoteOperation } from "./remote.ts";

/** An operation to be called: its definition, or a reference to it. */
export type CalledOperation<In, Out> = Operation<In, Out> | RemoteOperation<In, Out>;

/** A channel to be opened: its definition, or a reference to it. */
export type OpenedChannel<S, P extends string, M> = Channel<S, P, M> | RemoteChannel<S, P, M>;

/** A resource to be watched. */
export interface Watched<Changes> {
  readonly watch: CalledOperation<WatchArgument, Changes>;
}

/** What stands after an operation; an input of which nothing must be stated may be left out. */
export type Arguments<In, Options> = object extends In
  ? [input?: In, options?: Options]
  : [input: In, options?: Options];

export type CallArguments<In> = Arguments<In, CallOptions>;
export type StreamArguments<In> = Arguments<In, StreamOptions>;

/** What stands after a channel: the values of its path's names in braces. */
export type ChannelArguments<P extends string> =
  object extends ChannelParameters<P>
    ? [parameters?: undefined, options?: StreamOptions]
    : [parameters: ChannelParameters<P>, options?: StreamOptions];

/** The row of a change. */
export type RowIn<Changes> =
  Changes extends AsyncIterable<infer C>
    ? C extends { readonly row?: infer Row }
      ? Exclude<Row, undefined>
      : never
    : never;

/** What a stream tells. */
export type ItemIn<Out> = Out extends AsyncIterable<infer Item> ? Item : never;
