import { Client, DatabaseError } from "pg";
import { StoreOpenError } from "../../open-error.ts";
import { toClientConfig } from "../../postgres/pool/client-config.ts";
import { openProblem } from "../../postgres/pool/open-problem.ts";
import { readPoolUrl } from "../../postgres/pool/pool-url.ts";

/** One connection to the server for as long as a migration takes: locks and settings are its own. */
export interface Session {
  /** Runs a statement, or several without values. Rejects with pg's DatabaseError. */
  query(text: string, values?: readonly unknown[]): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows read or written by the last statement. */
  readonly rowCount: number;
}

/**
 * Opens a session. A server that finds nobody at the other end stops what it does (`client_connection_check_interval`), so that a
 * migration that was killed frees its locks. Throws a StoreOpenError of one line.
 */
export async function openSession(url: string): Promise<Session> {
  const { address } = readPoolUrl(url, "DATABASE_URL");
  const client = new Client({ ...toClientConfig(address), application_name: "fourfold migrate" });
  // What breaks while nothing runs is told by the next statement.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(
      "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set client_connection_check_interval = 1000; " +
        "set client_min_messages = warning; set datestyle = iso; set timezone = utc",
    );
  } catch (thrown) {
    await client.end().catch(() => undefined);
    throw new StoreOpenError(openProblem(thrown, address), { cause: thrown });
  }
  return new ClientSession(client);
}

class ClientSession implements Session {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
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
