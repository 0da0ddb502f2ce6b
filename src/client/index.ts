export type { ChannelEvent, Member } from "./channel.ts";
export { type Client, type Connection, createClient, type Subscription, versionOf } from "./client.ts";
export { ClientError, type ClientErrorOptions, isError } from "./client-error.ts";
export type { ClosedEvent, Feed } from "./inbox.ts";
export type { JsonInputOf, JsonOf } from "./json-types.ts";
export type { ConnectionState, StateEvent } from "./link.ts";
export type { CallOptions, ClientOptions, StreamOptions, WhileAway } from "./options.ts";
export { type RemoteChannel, type RemoteOperation, type RemoteResource, remote } from "./remote.ts";
export type { WatchEvent } from "./watch.ts";
