import type { EndSignal } from "../../../base/end-signal.ts";
import { DatabasePool } from "./database-pool.ts";
import { mayPrimaryDo } from "./faults.ts";
import type { PoolStats } from "./pool-stats.ts";
import type { PoolUrl } from "./pool-url.ts";
import type { Position, Replica } from "./replica.ts";
import type { ServerPool } from "./server-pool.ts";
import type { Queries, Result, Statement } from "./statement.ts";

/** The end of the log, which at the start of a page or of a file is told as the place after its header: no record ends there. */
const current = {
  name: "fourfold_position",
  text: `select lsn::text as lsn, case when place.file_offset = 40 then 40
    when place.file_offset % current_setting('wal_block_size')::int = 24 then 24 else 0 end as header
    from pg_current_wal_insert_lsn() as lsn, pg_walfile_name_offset(lsn) as place`,
};

/**
 * A primary with replicas. A read goes to a replica that has replayed all that the primary had in its log at a moment when this
 * node had acknowledged no write less than now, and that was at most `lag` milliseconds ago; else to the primary. So whoever
 * asks this node sees all writes that this node acknowledged or was told of, and those of other nodes after `lag` at the latest.
 */
export class ReplicatedPool extends DatabasePool {
  override readonly reader: Queries;
  readonly #main: ServerPool;
  readonly #replicas: readonly Replica[];
  readonly #lag: number;
  #writes: number;
  #turn: number;
  #asking: Promise<Position> | null;

  constructor(
    primary: ServerPool,
    direct: PoolUrl | null,
    { replicas, lag }: { readonly replicas: readonly Replica[]; readonly lag: number },
  ) {
    super(primary, direct);
    this.reader = { query: (statement, signal = null) => this.#read(statement, signal) };
    this.#main = primary;
    this.#replicas = replicas;
    this.#lag = lag;
    this.#writes = 0;
    this.#turn = 0;
    this.#asking = null;
  }

  override query(statement: Statement, signal: EndSignal | null = null): Promise<Result> {
    return this.#counted(super.query(statement, signal));
  }

  override lend<T>(work: (connection: Queries) => Promise<T>, signal: EndSignal | null = null): Promise<T> {
    return this.#counted(super.lend(work, signal));
  }

  override wroteElsewhere(): void {
    this.#writes++;
  }

  override get stats(): readonly PoolStats[] {
    return [...super.stats, ...this.#replicas.map(({ pool }) => pool.stats)];
  }

  override async close(): Promise<void> {
    await Promise.all([super.close(), ...this.#replicas.map(({ pool }) => pool.close())]);
  }

  /** Whatever it came to: what failed may have been written all the same. */
  async #counted<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } finally {
      this.#writes++;
    }
  }

  async #read(statement: Statement, signal: EndSignal | null): Promise<Result> {
    const replica = this.#choose();
    if (replica === null) return this.#main.query(statement, signal, true);
    try {
      return await replica.pool.query(statement, signal, true);
    } catch (thrown) {
      if (signal?.aborted === true || !mayPrimaryDo(thrown)) throw thrown;
      return this.#main.query(statement, signal, true);
    }
  }

  /** The next replica in turn that has all it must have. */
  #choose(): Replica | null {
    const now = performance.now();
    let chosen: Replica | null = null;
    for (let count = 0; count < this.#replicas.length && chosen === null; count++) {
      this.#turn = (this.#turn + 1) % this.#replicas.length;
      const replica = this.#replicas[this.#turn];
      if (replica?.pool.hasRoom === true && replica.has(this.#writes, now - this.#lag)) chosen = replica;
    }
    // Asked for again in good time, so that a replica that keeps up is never without.
    for (const replica of this.#replicas)
      if (!replica.has(this.#writes, now - this.#lag / 2)) replica.follow(() => this.#position(), this.#lag);
    return chosen;
  }

  #position(): Promise<Position> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<Position> {
    const [writes, asOf] = [this.#writes, performance.now()];
    const { rows } = await this.#main.query(current, AbortSignal.timeout(this.#lag), true);
    const [high, low = "0"] = String(rows[0]?.["lsn"]).split("/");
    const end = Number.parseInt(low, 16) - Number(rows[0]?.["header"]);
    return { lsn: `${high}/${end.toString(16)}`, writes, asOf };
  }
}
