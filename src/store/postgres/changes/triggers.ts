import type { TableModel } from "../../../schema/table.ts";
import { versionColumn } from "../../version-column.ts";

/**
 * The log, what is known of each table in it, and the function that writes it. It takes a row as it is, whatever columns it has: migrations
 * add, rename and drop columns under it while others write. `transaction` tells a reader which of those it sees may still be
 * overtaken by one that was begun before and is not over.
 */
export const logTables: string = `
create table if not exists "fourfold_changes" (
  "position" bigint generated always as identity primary key,
  "transaction" xid8 not null default pg_current_xact_id(),
  "at" bigint not null,
  "table" text not null,
  "row_id" uuid not null,
  "kind" text not null,
  "version" integer not null,
  "before" jsonb,
  "after" jsonb
);
create table if not exists "fourfold_watched" (
  "table" text primary key,
  "identity" text not null,
  "triggers" text not null
);
create or replace function "fourfold_log_change"() returns trigger language plpgsql as $function$
declare
  "current" record;
begin
  if tg_op = 'DELETE' then "current" := old; else "current" := new; end if;
  insert into "fourfold_changes" ("at", "table", "row_id", "kind", "version", "before", "after") values (
    (extract(epoch from clock_timestamp()) * 1000)::bigint, tg_table_name, "current"."id", tg_argv[0], "current"."${versionColumn}",
    case when tg_op <> 'INSERT' then to_jsonb(old) end,
    case when tg_op <> 'DELETE' then to_jsonb(new) end
  );
  return null;
end $function$;
create or replace function "fourfold_raise_version"() returns trigger language plpgsql as $function$
begin
  new."${versionColumn}" := old."${versionColumn}" + 1;
  return new;
end $function$;
`;

/** The triggers of a table, by their names; empty where it needs none. They name no column but `id` and the version. */
export function triggersOf({ name, columns, watched }: TableModel): ReadonlyMap<string, string> {
  const clears = columns.some(({ references }) => references?.onDelete === "setNull");
  return new Map([...(clears ? [versionTrigger(name)] : []), ...(watched ? logTriggers(name) : [])]);
}

function logTriggers(table: string): readonly (readonly [string, string])[] {
  const changed = "when (old.* is distinct from new.*)";
  return [
    trigger("created", `after insert on ${quote(table)} for each row`, `"fourfold_log_change"('created')`),
    trigger(
      "updated",
      `after update on ${quote(table)} for each row ${changed}`,
      `"fourfold_log_change"('updated')`,
    ),
    trigger("deleted", `after delete on ${quote(table)} for each row`, `"fourfold_log_change"('deleted')`),
  ];
}

/** A reference that a foreign key clears is a change like others: the row's version grows, and with it its ETag. */
function versionTrigger(table: string): readonly [string, string] {
  const version = quote(versionColumn);
  const condition = `when (new.${version} = old.${version} and old.* is distinct from new.*)`;
  return trigger(
    "version",
    `before update on ${quote(table)} for each row ${condition}`,
    `"fourfold_raise_version"()`,
  );
}

function trigger(what: string, event: string, call: string): readonly [string, string] {
  const name = `fourfold.${what}`;
  return [name, `create trigger ${quote(name)} ${event} execute function ${call}`];
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
