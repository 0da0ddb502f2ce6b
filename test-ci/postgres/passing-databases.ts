import type { Api } from "../../src/define/api.ts";
import type { TemporaryPostgres } from "./temporary-postgres.ts";

/**
 * Databases for servers that tests start one after the other. One that nobody is connected to any more is emptied, and given to the next
 * server of the same API: its tables are there already.
 */
export class PassingDatabases {
  readonly #server: TemporaryPostgres;
  readonly #made = new Map<Api, string[]>();
  /** Given to a server that has not connected so far. */
  readonly #reserved = new Set<string>();

  constructor(server: TemporaryPostgres) {
    this.#server = server;
  }

  async next(api: Api): Promise<string> {
    const made = this.#made.get(api) ?? [];
    this.#made.set(api, made);
    const free = await this.#free(made);
    if (free !== undefined) {
      await this.#server.run(empty, free);
      return free;
    }
    const url = await this.#server.createDatabase();
    this.#reserved.add(url);
    made.push(url);
    return url;
  }

  async #free(made: readonly string[]): Promise<string | undefined> {
    const rows = await this.#server.run(
      "select distinct datname from pg_stat_activity where datname is not null",
    );
    const used = new Set(rows.map(({ datname }) => datname));
    const isUsed = (url: string): boolean => used.has(new URL(url).pathname.slice(1));
    for (const url of this.#reserved) if (isUsed(url)) this.#reserved.delete(url);
    const free = made.find((url) => !isUsed(url) && !this.#reserved.has(url));
    if (free !== undefined) this.#reserved.add(free);
    return free;
  }
}

/** Row by row: a table that is truncated has its files made anew, which takes longer than these few rows do. Keys and triggers rest meanwhile. */
const empty = `do $$ declare "name" text; begin
  set local session_replication_role = replica;
  for "name" in select tablename from pg_tables where schemaname = 'public'
    and tablename not in ('fourfold_schema', 'fourfold_migrations', 'fourfold_watched')
  loop execute format('delete from %I', "name"); end loop;
end $$`;
