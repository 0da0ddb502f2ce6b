import { randomBytes } from "node:crypto";
import type { TableModel } from "../../../schema/table.ts";
import { logTables, triggersOf } from "../../postgres/changes/triggers.ts";
import { quoteName, quoteText } from "../sql.ts";
import type { Patience } from "./patience.ts";
import { runPart } from "./run-part.ts";
import { finds, type Session } from "./session.ts";

/** Triggers of ours that the catalog has, by table, and whether each is switched on. */
type FoundTriggers = ReadonlyMap<string, ReadonlyMap<string, "on" | "off">>;

/** The change log in a database, and how it must be changed. */
interface LogState {
  readonly found: FoundTriggers;
  /** The text that each table's triggers were made by. */
  readonly known: ReadonlyMap<string, string>;
}

/** What of the log is not as the tables ask for, each as a sentence; empty where it is. */
export async function logDifferences(
  session: Session,
  tables: readonly TableModel[],
): Promise<readonly string[]> {
  const state = await readState(session);
  return [...new Set([...tables.map(({ name }) => name), ...state.found.keys()])].flatMap((name) =>
    tableDifferences(name, wantedOf(tables, name), state),
  );
}

/**
 * Has the database itself log every change of watched tables. Where a table's triggers were missing, its history begins anew; where they
 * are those of another release, it goes on. Called under the migration's lock.
 */
export async function installLog(
  session: Session,
  tables: readonly TableModel[],
  patience: Patience,
): Promise<void> {
  const state = await readState(session);
  const different = differentTables(state, tables);
  if (different.length === 0) return;
  await session.query(logTables);
  for (const name of different) {
    const wanted = wantedOf(tables, name);
    const statements = replaceTriggers(name, wanted, {
      isThere: await exists(session, name),
      isWhole: tableDifferences(name, wanted, state).length === 0,
    });
    await runPart(session, { mode: "transaction", statements }, patience, async () => undefined);
  }
}

/** Whether there is nothing for {@link installLog} to do. */
export async function isLogInstalled(session: Session, tables: readonly TableModel[]): Promise<boolean> {
  return differentTables(await readState(session), tables).length === 0;
}

function differentTables(state: LogState, tables: readonly TableModel[]): readonly string[] {
  const names = new Set([...tables.map(({ name }) => name), ...state.found.keys(), ...state.known.keys()]);
  return [...names].filter((name) => {
    const wanted = wantedOf(tables, name);
    return (
      tableDifferences(name, wanted, state).length > 0 || (state.known.get(name) ?? "") !== textOf(wanted)
    );
  });
}

function wantedOf(tables: readonly TableModel[], name: string): ReadonlyMap<string, string> {
  const table = tables.find((each) => each.name === name);
  return table === undefined ? new Map() : triggersOf(table);
}

/** With what they call: another release may write the log in another way. */
function textOf(triggers: ReadonlyMap<string, string>): string {
  return triggers.size === 0 ? "" : [...triggers.values(), logTables].join(";\n");
}

function tableDifferences(
  table: string,
  wanted: ReadonlyMap<string, string>,
  { found }: LogState,
): readonly string[] {
  const live = found.get(table) ?? new Map<string, "on" | "off">();
  return [
    ...[...wanted.keys()].flatMap((name) => {
      if (live.get(name) === undefined) return [`${table} has no trigger ${name}`];
      return live.get(name) === "off" ? [`${table} has its trigger ${name} switched off`] : [];
    }),
    ...[...live.keys()]
      .filter((name) => !wanted.has(name))
      .map((name) => `${table} has a trigger that is not in the definition (${name})`),
  ];
}

/** In one transaction, so that no change goes past the log. `isWhole`: none has so far. */
function replaceTriggers(
  table: string,
  wanted: ReadonlyMap<string, string>,
  { isThere, isWhole }: { readonly isThere: boolean; readonly isWhole: boolean },
): readonly string[] {
  const text = textOf(wanted);
  const identity = randomBytes(6).toString("base64url");
  const begins = isWhole ? "" : `"identity" = excluded."identity", `;
  return [
    ...(isThere ? [dropTriggers(table)] : []),
    ...wanted.values(),
    wanted.size === 0
      ? `delete from "fourfold_watched" where "table" = ${quoteText(table)}`
      : `insert into "fourfold_watched" ("table", "identity", "triggers") values (${[table, identity, text].map(quoteText).join(", ")})
          on conflict ("table") do update set ${begins}"triggers" = excluded."triggers"`,
  ];
}

function dropTriggers(table: string): string {
  return `do $do$ declare each record; begin
  for each in select tgname from pg_trigger where tgrelid = ${quoteText(quoteName(table))}::regclass and tgname like 'fourfold.%' loop
    execute format('drop trigger %I on %s', each.tgname, ${quoteText(quoteName(table))});
  end loop; end $do$`;
}

async function exists(session: Session, table: string): Promise<boolean> {
  return finds(session, `select 1 where to_regclass(${quoteText(quoteName(table))}) is not null`);
}

async function isPrepared(session: Session): Promise<boolean> {
  return finds(session, `select 1 where to_regclass('fourfold_watched') is not null`);
}

async function readState(session: Session): Promise<LogState> {
  const { rows } = await session.query(
    `select c.relname as "table", t.tgname as "name", t.tgenabled::text as "enabled" from pg_trigger t
      join pg_class c on c.oid = t.tgrelid
      where c.relnamespace = current_schema()::regnamespace and not t.tgisinternal and t.tgname like 'fourfold.%'`,
  );
  const found = new Map<string, Map<string, "on" | "off">>();
  for (const row of rows) {
    const table = String(row["table"]);
    const triggers = found.get(table) ?? new Map<string, "on" | "off">();
    found.set(table, triggers.set(String(row["name"]), row["enabled"] === "D" ? "off" : "on"));
  }
  if (!(await isPrepared(session))) return { found, known: new Map() };
  const known = await session.query(`select "table", "triggers" from "fourfold_watched"`);
  return {
    found,
    known: new Map(known.rows.map((row) => [String(row["table"]), String(row["triggers"])])),
  };
}
