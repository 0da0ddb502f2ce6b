import { Client } from "pg";
import { toClientConfig } from "./client-config.ts";
import { Session, type SessionOptions } from "./session.ts";

/** Opens a connection. Rejects with what pg or the server says. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { address, settings } = options;
  const client = new Client({
    ...toClientConfig(address),
    connectionTimeoutMillis: settings.connectTimeout,
    pipeline: true,
    // A PgBouncer takes no such parameter, for the next caller would have it too.
    ...(settings.pgbouncer || settings.statementTimeout === 0
      ? {}
      : { statement_timeout: settings.statementTimeout }),
  });
  // Errors that come while connecting reject the promise; one that comes in between must not end the process.
  client.on("error", ignore);
  try {
    await client.connect();
  } catch (thrown) {
    client.connection.stream.destroy();
    throw thrown;
  }
  const session = new Session(client, options);
  client.off("error", ignore);
  return session;
}

function ignore(): void {}
