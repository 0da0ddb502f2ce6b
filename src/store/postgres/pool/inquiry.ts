import { openDirect } from "./direct-connection.ts";
import type { PoolUrl } from "./pool-url.ts";
import type { Sent, Session } from "./session.ts";

/** A statement without an answer for so many milliseconds makes its connection suspect. */
const silentAfter = 1_500;
/** Milliseconds between two questions, and for one. */
const pause = 500;
const timeout = 1_000;

const question = "select pid from pg_stat_activity where pid = any($1) and state = 'active'";

/**
 * Finds connections that are dead without anybody having been told, as when packets are dropped: the server is asked over
 * another connection whether it still runs what this node waits for. What it does not run, twice in a row, has been lost on
 * the way, and so has its answer.
 */
export class Inquiry {
  readonly #url: PoolUrl;
  /** Statements that the server said it does not run, when it was asked the last time. */
  #missed: ReadonlySet<Sent>;
  #isAsking: boolean;
  #nextAt: number;

  constructor({ address, settings }: PoolUrl) {
    this.#url = {
      address,
      settings: { ...settings, connectTimeout: Math.min(settings.connectTimeout, timeout) },
    };
    this.#missed = new Set();
    this.#isAsking = false;
    this.#nextAt = 0;
  }

  /** Asks about those that are suspect, if there are any. */
  look(sessions: Iterable<Session>, now: number): void {
    // Behind a PgBouncer, it alone knows which process of the server runs a statement.
    if (this.#isAsking || now < this.#nextAt || this.#url.settings.pgbouncer) return;
    const suspects = [...sessions].filter((session) => session.silentFor(now) > silentAfter);
    if (suspects.length === 0) return;
    this.#isAsking = true;
    void this.#ask(suspects).finally(() => {
      this.#isAsking = false;
      this.#nextAt = performance.now() + pause;
    });
  }

  async #ask(suspects: readonly Session[]): Promise<void> {
    const waiting = new Map(suspects.map((session) => [session, session.first]));
    const running = await this.#running(suspects.map(({ processId }) => processId));
    if (running === null) return;
    const missed = new Set<Sent>();
    for (const [session, sent] of waiting) {
      if (sent === null || sent !== session.first || running.has(session.processId)) continue;
      if (this.#missed.has(sent)) session.destroy("A statement or its answer was lost");
      else missed.add(sent);
    }
    this.#missed = missed;
  }

  /** Processes that run something; null where the server cannot be asked. */
  async #running(processes: readonly number[]): Promise<ReadonlySet<unknown> | null> {
    try {
      const connection = await openDirect(this.#url);
      try {
        const { rows } = await connection.query(
          { text: question, values: [processes] },
          AbortSignal.timeout(timeout),
        );
        return new Set(rows.map(({ pid }) => pid));
      } finally {
        void connection.close();
      }
    } catch {
      return null;
    }
  }
}
