import type { EndSignal } from "../../../base/end-signal.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { abortReason, Execution } from "./execution.ts";
import type { Session } from "./session.ts";
import type { Queries, Result, Statement } from "./statement.ts";

/** Milliseconds for what is left to be cancelled and rolled back. */
const patience = 5_000;

/** A connection in the hands of one caller. */
export class LentConnection implements Queries {
  readonly #session: Session;
  readonly #signal: EndSignal | null;
  #isOver: boolean;

  constructor(session: Session, signal: EndSignal | null) {
    this.#session = session;
    this.#signal = signal;
    this.#isOver = false;
  }

  query(statement: Statement, signal: EndSignal | null = this.#signal): Promise<Result> {
    if (this.#isOver) return Promise.reject(new Error("The connection has been given back"));
    if (signal?.aborted === true) return Promise.reject(abortReason(signal));
    const execution = new Execution(statement, signal, false);
    // A request to cancel what ran before must not hit this one.
    if (this.#session.isCalm) this.#session.run(execution);
    else void this.#session.calm().then(() => execution.settled || this.#session.run(execution));
    return execution.promise;
  }

  /** Ends what is still under way, rolls an open transaction back, and lets others have the connection. */
  async giveBack(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const session = this.#session;
    if (session.underWay === 0 && session.isCalm && session.transactionStatus === "I") {
      session.giveBack();
      return;
    }
    const timer = setTimeout(() => session.destroy("A transaction could not be rolled back"), patience);
    session.abandonAll(frameworkError("CANCELLED"));
    await session.calm();
    const rollback = new Execution({ text: "rollback" }, null, false);
    session.run(rollback);
    await rollback.promise.catch(() => undefined);
    clearTimeout(timer);
    session.giveBack();
  }
}
