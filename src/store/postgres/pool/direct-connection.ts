import type { EndSignal } from "../../../base/end-signal.ts";
import type { Execution } from "./execution.ts";
import { toPoolError } from "./faults.ts";
import { LentConnection } from "./lent-connection.ts";
import { openSession } from "./open-session.ts";
import { Pace } from "./pace.ts";
import type { PoolUrl } from "./pool-url.ts";
import type { Session, SessionOwner } from "./session.ts";
import type { Queries, Result, Statement } from "./statement.ts";

/**
 * A connection of its own to the server itself, not counted by the pool: for what belongs to a session, such as LISTEN and
 * advisory locks. Whoever opens it closes it, and opens another when it has ended.
 */
export interface DirectConnection extends Queries {
  /** Hears notifications of all channels that LISTEN was said to on it. */
  onNotification(heard: (channel: string, payload: string) => void): void;
  /** Resolves when it has ended: with the reason, or null after `close`. */
  readonly ended: Promise<Error | null>;
  close(): Promise<void>;
}

/** Opens one. Rejects with what pg or the server says. */
export async function openDirect(url: PoolUrl): Promise<DirectConnection> {
  const owner = new DirectOwner();
  const session = await openSession({ ...url, pace: new Pace(), owner });
  session.lend();
  return new SessionConnection(session, owner);
}

class SessionConnection implements DirectConnection {
  readonly ended: Promise<Error | null>;
  readonly #session: Session;
  readonly #owner: DirectOwner;
  readonly #lent: LentConnection;

  constructor(session: Session, owner: DirectOwner) {
    this.ended = owner.ended;
    this.#session = session;
    this.#owner = owner;
    this.#lent = new LentConnection(session, null);
  }

  query(statement: Statement, signal: EndSignal | null = null): Promise<Result> {
    return this.#lent.query(statement, signal);
  }

  onNotification(heard: (channel: string, payload: string) => void): void {
    this.#session.onNotification(heard);
  }

  async close(): Promise<void> {
    this.#owner.end(null);
    await this.#session.close();
  }
}

class DirectOwner implements SessionOwner {
  readonly ended: Promise<Error | null>;
  readonly end: (reason: Error | null) => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<Error | null>();
    this.ended = promise;
    this.end = resolve;
  }

  failed(execution: Execution, thrown: unknown): void {
    execution.fail(toPoolError(thrown));
  }

  broke(_session: Session, reason: Error): void {
    this.end(reason);
  }

  answered(): void {}

  cancels(): void {}
}
