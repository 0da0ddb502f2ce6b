import type {
  ForwardedOptions,
  Limits,
  ListenAddress,
  ProxyProtocolOptions,
  TlsOptions,
} from "../net/index.ts";
import type { LogLevel } from "../observe/log-level.ts";
import type { GraphqlOptions } from "../protocols/graphql/options.ts";
import type { ReflectionAccess } from "../protocols/grpc/reflection/admission.ts";
import type { CorsOptions } from "../protocols/http/cors.ts";
import { StartError } from "./start-error.ts";

/** What `serve` may be told. All of it has a default that works. */
export interface ServeOptions {
  /**
   * `127.0.0.1:8000`, `[::1]:8000`, `:8000` (all addresses), `8000`, or `unix:PATH`; port 0 takes a free one. `:8000` where
   * none is stated. With `tls` they are TLS, but for Unix sockets and `http://127.0.0.1:8000`.
   */
  readonly listen?: readonly string[];
  /** Certificates for TLS; without them all is cleartext. They are read again when their files change. */
  readonly tls?: TlsOptions;
  /** Proxies whose connections begin with a PROXY header that tells of their client; none where it is not stated. */
  readonly proxyProtocol?: ProxyProtocolOptions;
  /** Proxies that are believed when they tell of a request's client (`Forwarded`, `X-Forwarded-*`); none where it is not stated. */
  readonly forwarded?: ForwardedOptions;
  /**
   * `sqlite:PATH`, `sqlite::memory:` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with the rules of the pool as parameters
   * (docs/postgresql.md); `sqlite:data/NAME.sqlite` where it is not stated.
   */
  readonly database?: string;
  /** URLs of PostgreSQL's replicas that are read from; none where they are not stated. */
  readonly databaseReplicas?: readonly string[];
  /** URL of PostgreSQL itself where `database` leads to a PgBouncer: for migrations and notifications. */
  readonly databaseDirect?: string;
  /** Where nodes tell each other what happens; over their PostgreSQL where it is not stated. */
  readonly nats?: NatsSettings;
  /** `auto` (the default): the definition's tables are made and changed at start, never with a loss. `never`: only checked. */
  readonly migrate?: "auto" | "never";
  /** `info` where it is not stated. */
  readonly logLevel?: LogLevel;
  /** File descriptor that the log goes to; standard output where it is not stated. */
  readonly logDestination?: number;
  /** Which pages of other origins may call; none where it is not stated. */
  readonly cors?: CorsOptions;
  readonly grpc?: GrpcOptions;
  /** Limits of GraphQL, persisted and trusted documents, introspection and the page; `false` for no GraphQL. */
  readonly graphql?: GraphqlOptions | false;
  /** Limits of the listener that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  /** Bounds of the application cache; `false` for none. */
  readonly cache?: { readonly maxEntries?: number; readonly maxBytes?: number } | false;
  /** Whether requests are counted and timed for `/metrics`; they are where it is not stated. */
  readonly metrics?: boolean;
  /** Milliseconds that requests in flight may take to end when the server stops; 10 s where it is not stated. */
  readonly drainTimeout?: number;
  /** The clock that handlers' `now` reads. */
  readonly now?: () => Date;
}

/** NATS, over which nodes tell each other what happens. It needs the package `@nats-io/transport-node`. */
export interface NatsSettings {
  /** `nats://HOST:4222` or `tls://HOST:4222`, with `USER:PASSWORD@` or `TOKEN@` before the host where it is asked for. */
  readonly servers: readonly string[];
  /** The subject that all nodes of one deployment share; `fourfold.NAME` of the API where it is not stated. */
  readonly subject?: string;
  /** Path of a credentials file (`.creds`: a user's JWT and the seed of its NKey). It is read again for each connection. */
  readonly credentials?: string;
  /** Path of a file with the seed of a user's NKey; in place of `credentials`. */
  readonly nkey?: string;
}

/** gRPC, gRPC-Web and Connect. */
export interface GrpcOptions {
  /** Bytes of one message after inflating; 4 MiB where they are not stated. */
  readonly messageBytes?: number;
  /** Whether callers may ask what is served (reflection): all of them where it is not stated, none, or whom a function says. */
  readonly reflection?: ReflectionAccess;
}

/** Reads the addresses to listen at. Throws a StartError. */
export function listenAddresses({ listen = [":8000"], tls }: ServeOptions): readonly ListenAddress[] {
  return listen.map((text) => {
    if (text.startsWith("https://") && tls === undefined)
      throw new StartError(
        `"${text}" is TLS, and there is no certificate: name one and its key (--tls-certificate, --tls-key)`,
      );
    return parseListenAddress(text);
  });
}

/** Reads an address to listen at. Throws a StartError. */
export function parseListenAddress(text: string): ListenAddress {
  if (text.startsWith("unix:") && text.length > 5) return { path: text.slice(5) };
  const [, scheme, at = ""] = /^(https?:\/\/(?=.*:))?(.*)$/s.exec(text) ?? [];
  const match = /^(?:\[([0-9a-fA-F:.]+)\]:|([^:[\]\s]*):)?(\d{1,5})$/.exec(at);
  const port = Number(match?.[3]);
  if (match === null || port > 65535) {
    throw new StartError(
      `"${text}" is no address to listen at: write HOST:PORT, :PORT, [IPV6]:PORT or unix:PATH`,
    );
  }
  const host = match[1] ?? match[2] ?? "";
  const tls = scheme === undefined ? {} : { tls: scheme === "https://" };
  return { host: host === "" ? "::" : host, port, ...tls };
}

/** The address as a client on this machine writes it. */
export function toOrigin(address: ListenAddress): string {
  if ("path" in address) return `unix:${address.path}`;
  const { host, port } = address;
  const scheme = address.tls === true ? "https" : "http";
  if (host === "::" || host === "0.0.0.0" || host === "127.0.0.1") return `${scheme}://localhost:${port}`;
  return host.includes(":") ? `${scheme}://[${host}]:${port}` : `${scheme}://${host}:${port}`;
}
