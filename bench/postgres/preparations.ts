import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PostgresProcess } from "../machine/postgres.ts";
import type { Contender } from "./contenders.ts";

/** Rows that the database begins with; those who are asked for are some of the users, in no order. */
const users = 100_000;
const postsEach = 10;
const asked = 20_000;

/** A database with rows, and files with what is asked of it. */
export class Preparations {
  readonly database: PostgresProcess;
  /** Of the database with rows. */
  readonly url: string;
  /** Users in no order. */
  readonly ids: readonly string[];
  readonly #directory: string;
  readonly #files = new Map<string, string>();

  private constructor(database: PostgresProcess, url: string, ids: readonly string[]) {
    this.database = database;
    this.url = url;
    this.ids = ids;
    this.#directory = mkdtempSync(join(tmpdir(), "fourfold-bench-postgres-"));
  }

  /** The tables are those that `maker` makes at its start. */
  static async make(maker: Contender): Promise<Preparations> {
    const database = await PostgresProcess.start();
    try {
      const url = await database.createDatabase();
      await (await maker.start({ url })).stop();
      await database.run(fill, url);
      for (const table of ["users", "posts"]) await database.run(`vacuum analyze ${table}`, url);
      const rows = await database.run(`select id from users order by random() limit ${asked}`, url);
      return new Preparations(
        database,
        url,
        rows.map(({ id }) => String(id)),
      );
    } catch (error) {
      await database.stop();
      throw error;
    }
  }

  /** A file with a line for each id; made once for each name. */
  file(name: string, line: (id: string) => string): string {
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const file = join(this.#directory, name);
    writeFileSync(file, `${this.ids.map(line).join("\n")}\n`);
    this.#files.set(name, file);
    return file;
  }

  async remove(): Promise<void> {
    rmSync(this.#directory, { recursive: true, force: true });
    await this.database.stop();
  }
}

const fill = `
  insert into users (id, name, email)
  select ('0190b1c2-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'User ' || i, 'user' || i || '@example.com'
  from generate_series(0, ${users - 1}) as i;
  insert into posts (id, title, content, author_id)
  select ('0190b1c2-1111-7000-8000-' || lpad(to_hex(i * ${postsEach} + each), 12, '0'))::uuid,
    'Post ' || each || ' of user ' || i, 'What user ' || i || ' has to say, for the ' || each || 'th time.',
    ('0190b1c2-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid
  from generate_series(0, ${users - 1}) as i, generate_series(0, ${postsEach - 1}) as each
`;
