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

const empty = `do $$ declare "names" text; begin
  select string_agg(quote_ident(tablename), ', ') into "names" from pg_tables where schemaname = 'public'
    and tablename not in ('fourfold_schema', 'fourfold_migrations', 'fourfold_watched');
  if "names" is not null then execute 'truncate ' || "names" || ' restart identity'; end if;
end $$`;
