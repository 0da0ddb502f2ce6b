import {
  type AnyChannel,
  type AnyErrorDefinition,
  type AnyOperation,
  type AnyResource,
  type Api,
  type ApiOptions,
  api,
  channel,
  command,
  error,
  type Field,
  query,
  resource,
  subscription,
  t,
  type Version,
  version,
} from "fourfold";

/** An API with nothing but what is stated. */
export function apiOf(options: ApiOptions): Api {
  return api("shop", options);
}

/** What plain JavaScript may state where the type checker would object. */
export function untyped<T>(value: unknown): T {
  return value as T;
}

export const User = resource("User", { fields: { id: t.id(), name: t.string() } });
export const Post = resource("Post", {
  fields: { id: t.id(), title: t.string(), author: t.ref(() => User, { inverse: "posts" }) },
});

type Loose<Made> = (...stated: readonly unknown[]) => Made;

/** The language as plain JavaScript knows it. */
export const loose: {
  readonly t: Readonly<Record<keyof typeof t, Loose<Field>>>;
  readonly resource: Loose<AnyResource>;
  readonly command: Loose<AnyOperation>;
  readonly query: Loose<AnyOperation>;
  readonly subscription: Loose<AnyOperation>;
  readonly channel: Loose<AnyChannel>;
  readonly version: Loose<Version>;
  readonly error: Loose<AnyErrorDefinition>;
  readonly api: Loose<Api>;
} = untyped({ t, resource, command, query, subscription, channel, version, error, api });
