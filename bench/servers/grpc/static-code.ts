import { pathToFileURL } from "node:url";
import type { User } from "../parts/users.ts";
import type { NumberMessage } from "./numbers.ts";

/** A message's code as `pbjs -t static-module` writes it; members that are not there have their defaults. */
export interface StaticMessage<T> {
  encode(value: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/** What the generated module has, as far as it is used. */
export interface StaticMessages {
  readonly GetUserRequest: StaticMessage<Pick<User, "id">>;
  readonly GetUserResponse: StaticMessage<User>;
  readonly NumbersRequest: StaticMessage<{ readonly count: number }>;
  readonly NumbersResponse: StaticMessage<NumberMessage>;
  readonly MadeRequest: StaticMessage<object>;
  readonly MadeResponse: StaticMessage<{ readonly count: number }>;
  readonly Account: StaticMessage<Pick<User, "id" | "name">>;
}

interface StaticModule {
  readonly bench: { readonly v1: StaticMessages };
}

/** Loads the module that a run has generated of bench.proto, by its path in `STATIC_CODE`. */
export async function loadStaticCode(): Promise<StaticMessages> {
  const generated: StaticModule = await import(pathToFileURL(process.env["STATIC_CODE"] ?? "").href);
  return generated.bench.v1;
}
