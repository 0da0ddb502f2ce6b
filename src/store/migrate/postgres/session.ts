import { Client, DatabaseError } from "pg";
import { StoreOpenError } from "../../open-error.ts";
import { toClientConfig } from "../../postgres/pool/client-config.ts";
import { openProblem } from "../../postgres/pool/open-problem.ts";
import { readPoolUrl } from "../../postgres/pool/pool-url.ts";

/** One connection to the server for as long as a migration takes: locks and settings are its own. */
export interface Session {
  /** Behind a PgBouncer in transaction mode: statements of different transactions run in different sessions. */
  readonly isShared: boolean;
  /** Runs a statement, or several without values. Rejects with pg's DatabaseError. */
  query(text: string, values?: readonly unknown[]): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows read or written by the last statement. */
  readonly rowCount: number;
}

/** Whence a URL comes: `DATABASE_DIRECT_URL` leads to the server itself, or to what keeps sessions. */
export interface NamedUrl {
  readonly url: string;
  readonly variable: "DATABASE_URL" | "DATABASE_DIRECT_URL";
}

/** The one of two that leads to the server itself. */
export function directUrl(url: string, direct?: string): NamedUrl {
  return direct === undefined
    ? { url, variable: "DATABASE_URL" }
    : { url: direct, variable: "DATABASE_DIRECT_URL" };
}

/** For the start of a connection, where it finds a PgBouncer that was not declared; nothing runs as long as that. Milliseconds. */
const longestTimeout = 2 ** 31 - 1;

/**
 * Opens a session. A server that finds nobody at the other end stops what it does (`client_connection_check_interval`), so that a
 * migration that was killed frees its locks. Throws a StoreOpenError of one line.
 */
export async function openSession({ url, variable }: NamedUrl): Promise<Session> {
  const { address, settings } = readPoolUrl(url, variable);
  const isShared = settings.pgbouncer;
  const asks = variable === "DATABASE_URL" && !isShared && settings.statementTimeout > 0;
  const client = new Client({
    ...toClientConfig(address),
    application_name: "fourfold migrate",
    ...(asks ? { statement_timeout: longestTimeout } : {}),
  });
  // What breaks while nothing runs is told by the next statement.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await assertEncoding(client);
    // Whoever gets the connection next would have these too.
    if (!isShared)
      await client.query(
        "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set client_connection_check_interval = 1000; " +
          "set client_min_messages = warning; set datestyle = iso; set timezone = utc",
      );
  } catch (thrown) {
    await client.end().catch(() => undefined);
    if (thrown instanceof StoreOpenError) throw thrown;
    const problem = openProblem(thrown, address).replace(/^DATABASE_URL/, variable);
    throw new StoreOpenError(problem, { cause: thrown });
  }
  return new ClientSession(client, isShared);
}

/** In any other encoding there are characters that cannot be kept, or that are cut in pieces. */
async function assertEncoding(client: Client): Promise<void> {
  const { rows } = await client.query(
    "select current_database() as name, current_setting('server_encoding') as encoding",
  );
  const { name, encoding } = rows[0] ?? {};
  if (encoding === "UTF8") return;
  throw new StoreOpenError(
    `The database "${name}" keeps text as ${encoding}: create one with encoding UTF8 (createdb --encoding=UTF8 --template=template0)`,
  );
}

class ClientSession implements Session {
  readonly isShared: boolean;
  readonly #client: Client;

  constructor(client: Client, isShared: boolean) {
    this.#client = client;
    this.isShared = isShared;
  }

  async query(text: string, values?: readonly unknown[]): Promise<Answer> {
    const answer: unknown = await (values === undefined
      ? this.#client.query(text)
      : this.#client.query(text, [...values]));
    // Of several statements, pg gives a list.
    const last = Array.isArray(answer) ? answer.at(-1) : answer;
    return { rows: last?.rows ?? [], rowCount: last?.rowCount ?? 0 };
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }
}

/** What the server said of a statement, by its SQLSTATE. */
export function isDatabaseError(thrown: unknown): thrown is DatabaseError {
  return thrown instanceof DatabaseError;
}

/** Whether a query finds a row. */
export async function finds(session: Session, query: string): Promise<boolean> {
  return (await session.query(query)).rows.length > 0;
}
