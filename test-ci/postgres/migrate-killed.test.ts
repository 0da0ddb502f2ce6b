import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Migrator } from "../../src/store/migrate/migrator.ts";
import { PostgresMigrations } from "../../src/store/migrate/postgres/database.ts";
import { defaultPatience } from "../../src/store/migrate/postgres/patience.ts";
import {
  type Answer,
  directUrl,
  openSession,
  type Session,
} from "../../src/store/migrate/postgres/session.ts";
import { anything, harmless } from "../../test/store/migrators.ts";
import { catalogOf, withMigrator } from "./catalog.ts";
import { after, before, rowsBefore } from "./editions.ts";
import { notTested, startPostgres, type TemporaryPostgres } from "./temporary-postgres.ts";

/** Each run looks at some of the statements, and other ones than the last: `KILL_STRIDE=1` at all of them. */
const stride = Number(process.env["KILL_STRIDE"] ?? 5);

/** A session whose process dies before its statement number `left`. */
class MortalSession implements Session {
  readonly isShared = false;
  readonly #session: Session;
  #left: number;
  isDead = false;

  constructor(session: Session, left: number) {
    this.#session = session;
    this.#left = left;
  }

  async query(text: string, values?: readonly unknown[]): Promise<Answer> {
    if (this.#left-- <= 0) {
      this.isDead = true;
      await this.#session.close();
      throw new Error("killed");
    }
    return this.#session.query(text, values);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

for (const how of ["by the definition", "by files"]) {
  test(`PostgreSQL: a migration ${how} that is killed before any of its statements goes on from there`, {
    skip: notTested,
  }, async (context) => {
    const server = await startPostgres({ fsync: "off" });
    const root = mkdtempSync(join(tmpdir(), "fourfold-killed-"));
    context.after(async () => {
      await server.dispose();
      rmSync(root, { recursive: true });
    });
    const folder = how === "by files" ? join(root, "migrations") : join(root, "none");
    const template = await server.createDatabase();
    await prepare(template, folder, how === "by files");
    await server.run(rowsBefore, template);
    const expected = await server.createDatabase();
    await withMigrator(expected, after, (migrator) => migrator.apply(anything));
    let kills = 0;
    for (let left = randomInt(stride); ; left += stride) {
      const url = await copyOf(server, template);
      const isDead = await applyUntilKilled(url, folder, left);
      await withMigrator(
        url,
        after,
        async (migrator) => {
          await migrator.apply(anything);
          assert.deepEqual(await migrator.verify(), [], `killed before statement ${left}`);
          assert.deepEqual(await migrator.apply(harmless), []);
        },
        folder,
      );
      assert.deepEqual(await catalogOf(url), await catalogOf(expected), `killed before statement ${left}`);
      const [row] = await server.run(
        "select count(*)::int as n, count(*) filter (where w like 'x%' and y = 7 and n = 1 and fresh = 'it''s')::int as kept from a",
        url,
      );
      assert.deepEqual(row, { n: 1500, kept: 1500 }, `killed before statement ${left}`);
      await server.run(`drop database ${new URL(url).pathname.slice(1)}`);
      if (!isDead) break;
      kills++;
    }
    assert.ok(kills > 40 / stride, `it was killed ${kills} times`);
  });
}

async function prepare(url: string, folder: string, writesFiles: boolean): Promise<void> {
  if (writesFiles) {
    await withMigrator(url, before, (migrator) => migrator.write("first", harmless), folder);
    await withMigrator(url, before, (migrator) => migrator.apply(harmless), folder);
    await withMigrator(url, after, (migrator) => migrator.write("second", anything), folder);
  } else await withMigrator(url, before, (migrator) => migrator.apply(harmless), folder);
}

async function copyOf(server: TemporaryPostgres, template: string): Promise<string> {
  const url = await server.createDatabase();
  const [name, from] = [url, template].map((each) => new URL(each).pathname.slice(1));
  await server.run(`drop database ${name}`);
  await server.run(`create database ${name} template ${from}`);
  return url;
}

/** Whether it was killed before it had come to its end. */
async function applyUntilKilled(url: string, folder: string, left: number): Promise<boolean> {
  const session = new MortalSession(await openSession(directUrl(url)), left);
  const database = new PostgresMigrations(session, after, defaultPatience);
  const migrator = new Migrator({ database, tables: after, folder });
  try {
    await migrator.apply(anything);
  } catch (thrown) {
    assert.equal(thrown instanceof Error && thrown.message, "killed");
  } finally {
    await migrator.close();
  }
  return session.isDead;
}
