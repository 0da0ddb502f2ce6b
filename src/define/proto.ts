import type { AnyOperation } from "./definition.ts";

/**
 * What the fields of a .proto are called here, where that is not their own name in lower camel case: `user_id: "id"` for every
 * message, or `"UserRequest.user_id": "id"` for one. `"*"` says that the fields of the message in it are meant, as if they stood in
 * its place; null that it is not looked at, and never set. Values of enums too: `"Status.STATUS_LIVE": "active"`.
 */
export type ProtoFields = Readonly<Record<string, string | null>>;

/** What an rpc calls: an operation, and where its messages say something else than other rpcs of the file, what that is. */
export type ProtoRpc = AnyOperation | { readonly operation: AnyOperation; readonly fields: ProtoFields };

/** What a .proto is bound by. */
export interface ProtoOptions {
  /** The version whose names and types the fields have; that of a call which names none where it is not stated. */
  readonly version?: string;
  /** What each rpc calls: `"UserService.GetUser": User.get`. */
  readonly methods: Readonly<Record<string, ProtoRpc>>;
  /** The rpcs that are not served. */
  readonly refused?: readonly string[];
  readonly fields?: ProtoFields;
}

/** A .proto that others have written, and what its rpcs call. */
export interface Proto {
  readonly kind: "proto";
  readonly file: URL;
  readonly options: ProtoOptions;
}

/**
 * Binds a .proto (proto3) that exists already: its services are served as they are, beside those that are made of the definition.
 * The file is read at start; each of its rpcs must be bound or refused, and every field have a meaning.
 */
export function proto(file: URL, options: ProtoOptions): Proto {
  return Object.freeze({ kind: "proto", file, options });
}
