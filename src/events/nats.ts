import { isIP } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionOptions, NatsConnection } from "@nats-io/transport-node";
import { type NatsAuthenticators, type NatsCredentials, toAuthenticator } from "./nats-credentials.ts";
import type { LinkListener, NodeLink } from "./node-link.ts";

/** What a link over NATS is opened with. */
export interface NatsOptions extends NatsCredentials {
  /** `nats://host:4222`, or `tls://`; several servers of one cluster, of which others are learnt. */
  readonly servers: readonly string[];
  /** The subject that all nodes of one deployment share. */
  readonly subject: string;
}

/** The same, looked through. */
export interface PreparedNats {
  readonly connection: ConnectionOptions;
  readonly subject: string;
}

/** What of NATS's client is used. */
export interface NatsClient extends NatsAuthenticators {
  readonly connect: (options: ConnectionOptions) => Promise<NatsConnection>;
}

/** Milliseconds between attempts, and between signs of life: a connection that two are missing of is given up. */
const reconnectMs = 250;
const pingMs = 1_000;

/** Bytes of one message: below the server's own limit, which is 1 MiB where nothing else is stated. */
const messageBytes = 512 * 1024;

/** Loads NATS's client, which an application installs if it wants it. Rejects with a line that says so. */
export async function loadNats(): Promise<NatsClient> {
  try {
    return await import("@nats-io/transport-node");
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown;
    throw new Error(
      "NATS_URL needs the package @nats-io/transport-node: npm install @nats-io/transport-node",
      {
        cause: thrown,
      },
    );
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "ERR_MODULE_NOT_FOUND";
}

function toUrl(text: string): URL {
  const url = /^(nats|tls):\/\//.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hostname === "")
    throw new Error(
      `NATS_URL: "${text.split("@").at(-1)}" is not understood; use nats://HOST:4222 or tls://HOST:4222`,
    );
  // Of an address, NATS's client would compare the certificate with "localhost".
  if (url.protocol === "tls:" && isIP(url.hostname.replace(/^\[|\]$/g, "")) !== 0)
    throw new Error(
      `NATS_URL: "tls://${url.host}" is an address, and a certificate is compared with a name: write tls://NAME:PORT`,
    );
  return url;
}

/** A link by core subjects of NATS. */
export class NatsLink implements NodeLink {
  readonly mostBytes: number = messageBytes;
  readonly #connect: NatsClient["connect"];
  readonly #options: ConnectionOptions;
  readonly #subject: string;
  readonly #listener: LinkListener;
  #connection: NatsConnection | null;
  #isClosed: boolean;

  constructor(client: NatsClient, options: PreparedNats, listener: LinkListener) {
    this.#connect = client.connect;
    this.#options = options.connection;
    this.#subject = options.subject;
    this.#listener = listener;
    this.#connection = null;
    this.#isClosed = false;
    void this.#stayOpen();
  }

  async send(texts: readonly string[]): Promise<void> {
    const connection = this.#connection;
    if (connection === null) throw new Error("There is no connection");
    for (const text of texts) connection.publish(this.#subject, text);
    // An answer to a ping: the server has taken all before it.
    await connection.flush();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection?.close();
  }

  /** The client comes back to any server of the cluster by itself; only the first connection is tried from here. */
  async #stayOpen(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const connection = await this.#connect(this.#options);
        await this.#follow(connection);
      } catch (thrown) {
        this.#listener.down(thrown);
      }
      if (!this.#isClosed) await sleep(reconnectMs, undefined, { ref: false });
    }
  }

  async #follow(connection: NatsConnection): Promise<void> {
    this.#connection = connection;
    try {
      connection.subscribe(this.#subject, {
        callback: (error, message) => {
          if (error === null) this.#listener.heard(message.string());
        },
      });
      await connection.flush();
      if (this.#isClosed) return await connection.close();
      this.#listener.up();
      for await (const status of connection.status()) {
        if (status.type === "disconnect") this.#listener.down(new Error(`NATS: ${status.server} is away`));
        else if (status.type === "reconnect") await this.#resumed(connection);
      }
      const reason = await connection.closed();
      throw reason instanceof Error ? reason : new Error("NATS: the connection was closed");
    } finally {
      this.#connection = null;
    }
  }

  /** The client has subscribed again; the server knows it once it has answered. */
  async #resumed(connection: NatsConnection): Promise<void> {
    try {
      await connection.flush();
      this.#listener.up();
    } catch {
      // It broke again: another `reconnect` will be told.
    }
  }
}

/** Throws for what is no URL of NATS, no subject, or no file of credentials. It says nothing of what is secret. */
export function toNatsOptions(client: NatsClient, options: NatsOptions): PreparedNats {
  const { servers, subject } = options;
  if (!/^[\w-]+(\.[\w-]+)*$/.test(subject))
    throw new Error(`NATS_SUBJECT: "${subject}" is no subject: write words with points between`);
  const urls = servers.map(toUrl);
  const connection = {
    servers: urls.map(({ host }) => host),
    ...whoAsks(client, urls[0], options),
    ...(urls.some(({ protocol }) => protocol === "tls:") ? { tls: {} } : {}),
    name: "fourfold",
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: reconnectMs,
    reconnectJitter: reconnectMs,
    pingInterval: pingMs,
    maxPingOut: 2,
    timeout: 2_000,
    noEcho: true,
  };
  return { connection, subject };
}

/** Of a file, or of the first URL, whose user and password hold for all. */
function whoAsks(client: NatsClient, url: URL | undefined, files: NatsCredentials): ConnectionOptions {
  const user = decodeURIComponent(url?.username ?? "");
  const pass = decodeURIComponent(url?.password ?? "");
  const authenticator = toAuthenticator(client, files);
  if (authenticator === null) return pass !== "" ? { user, pass } : user !== "" ? { token: user } : {};
  if (user === "") return { authenticator };
  const setting = files.credentials === undefined ? "NATS_NKEY" : "NATS_CREDENTIALS";
  throw new Error(
    `${setting}: NATS_URL says already who a node is; leave out what stands before "@" there, or this setting`,
  );
}
