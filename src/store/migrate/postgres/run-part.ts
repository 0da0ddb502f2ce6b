import { setTimeout as sleep } from "node:timers/promises";
import { StoreOpenError } from "../../open-error.ts";
import type { StepPart } from "../step.ts";
import type { Patience } from "./patience.ts";
import { refusalOf } from "./refusals.ts";
import { isDatabaseError, type Session } from "./session.ts";
import { assertTurn } from "./turn.ts";

/** Others go on between two batches. */
const batchPauseMs = 10;
const longestPauseMs = 10_000;

/**
 * Runs a part, and `record` with it: in its transaction where it has one, else after it. What waits too long for a lock lets
 * those behind it go first, and is tried again. Throws a StoreOpenError that says why it cannot be done.
 */
export async function runPart(
  session: Session,
  part: StepPart,
  patience: Patience,
  record: () => Promise<void>,
): Promise<void> {
  await assertTurn(session);
  try {
    switch (part.mode) {
      case "transaction":
        await persistently(session, patience, async () => {
          for (const statement of part.statements) await session.query(statement);
          await record();
        });
        return;
      case "alone":
        // These wait without being in anybody's way; and what they have begun would have to be begun again.
        await session.query("set lock_timeout = 0");
        for (const statement of part.statements) await runAlone(session, statement);
        break;
      default:
        for (const statement of part.statements) await runBatches(session, statement, patience);
    }
    await record();
  } catch (thrown) {
    throw toOpenError(thrown);
  }
}

const concurrentIndex = /^create (?:unique )?index concurrently (?:if not exists )?("(?:[^"]|"")+"|\w+)/i;

/** What is left of an index that cannot be made is never used, and slows every write down. */
async function runAlone(session: Session, statement: string): Promise<void> {
  try {
    await session.query(statement);
  } catch (thrown) {
    const index = concurrentIndex.exec(statement)?.[1];
    const isLeft = index !== undefined && isDatabaseError(thrown) && thrown.code !== "42P07";
    if (isLeft) await session.query(`drop index concurrently if exists ${index}`).catch(() => undefined);
    throw thrown;
  }
}

async function runBatches(session: Session, statement: string, patience: Patience): Promise<void> {
  for (;;) {
    const changed = await persistently(
      session,
      patience,
      async () => (await session.query(statement)).rowCount,
    );
    if (changed === 0) return;
    await sleep(batchPauseMs);
  }
}

/** Runs `work` in a transaction; again, after longer and longer pauses, as long as it is only a lock that it cannot get. */
async function persistently<T>(
  session: Session,
  { lockTimeout, giveUpAfter }: Patience,
  work: () => Promise<T>,
): Promise<T> {
  const end = Date.now() + giveUpAfter;
  for (let pause = 100; ; pause = Math.min(longestPauseMs, pause * 2)) {
    try {
      await session.query(`begin; set local lock_timeout = ${lockTimeout}`);
      const value = await work();
      await session.query("commit");
      return value;
    } catch (thrown) {
      await session.query("rollback").catch(() => undefined);
      if (!isContended(thrown)) throw thrown;
      if (Date.now() + pause > end) {
        throw new StoreOpenError(
          `a lock could not be had within ${giveUpAfter / 1_000} s, for other transactions hold it; end those, or try again when there are fewer`,
          { cause: thrown },
        );
      }
    }
    await sleep(pause / 2 + (Math.random() * pause) / 2);
  }
}

/** A lock that was not to be had in time, or a deadlock. */
function isContended(thrown: unknown): boolean {
  return isDatabaseError(thrown) && (thrown.code === "55P03" || thrown.code === "40P01");
}

/** What to do about what data that exists breaks. */
function toOpenError(thrown: unknown): unknown {
  if (!isDatabaseError(thrown)) return thrown;
  return new StoreOpenError(
    reasonOf(thrown.code ?? "", thrown.table ?? "", thrown.constraint ?? "", thrown),
    {
      cause: thrown,
    },
  );
}

function reasonOf(code: string, table: string, constraint: string, { message }: Error): string {
  const mend = "mend these rows first";
  const place = constraint.replace(/\.(new|required)$/, "");
  if (code === "23505") return `rows share a value of ${place}, which shall be unique; ${mend}`;
  if (code === "23514" || code === "23502")
    return `rows have no value for ${place === "" ? table : place}, which shall be required; ${mend}`;
  if (code === "23503")
    return `rows of ${table} would refer by ${place} to rows which are not there; ${mend}`;
  return refusalOf(code, message) ?? message;
}
