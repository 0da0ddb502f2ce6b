import type { NotifyConnection } from "../events/postgres-notify.ts";

/** Nodes that start at once do `work` one after the other; where they have no database in common, or no way to it, at once. */
export async function oneAtATime(
  line: (() => Promise<NotifyConnection>) | null,
  work: () => Promise<void>,
): Promise<void> {
  const connection = await (line?.() ?? Promise.resolve(null)).catch(() => null);
  try {
    await connection?.query({ text: "select pg_advisory_lock(hashtext('fourfold_seed'))" });
    await work();
  } finally {
    // With the connection the lock ends.
    await connection?.close();
  }
}
