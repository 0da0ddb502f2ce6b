import type { TableModel } from "../../../schema/table.ts";
import { versionColumn } from "../../version-column.ts";

/** Where the database tells that there is more in the log. */
export const logChannel = "fourfold_changes";

/** Whoever gives positions has it, until its transaction ends. */
export const lockLog = `select pg_advisory_xact_lock('fourfold_changes'::regclass::oid::integer, 0)`;

/** What the trigger for inserts calls the rows of its statement. */
const createdRows = "fourfold_created";

/**
 * The log, what is known of each table in it, and the functions that write it. A row is taken as it is, whatever columns it has: migrations
 * add, rename and drop columns under it while others write.
 *
 * Who writes cannot know which place its changes will have: others may commit before it, or after, whatever their number (`entry`) is. So
 * they have no position until they are committed: then `fourfold_place_changes` gives positions to all changes that it sees, without gaps,
 * and one call after the other. No writer waits for another one, and none that takes its time holds back the changes of the others.
 *
 * It finds them by where they lie (`ctid`), which is sure while the lock is held: by `entry` the planner, which knows of hardly any row without a
 * position, went through all of them once for each. Inserts are logged by the statement: of many rows together, each costs the server half. Triggers of
 * the release before call `fourfold_log_change` for them.
 */
export const logTables: string = `
create table if not exists "fourfold_changes" (
  "entry" bigint generated always as identity primary key,
  "position" bigint,
  "at" bigint not null,
  "table" text not null,
  "row_id" uuid not null,
  "kind" text not null,
  "version" integer not null,
  "before" jsonb,
  "after" jsonb
);
create unique index if not exists "fourfold_changes.position" on "fourfold_changes" ("position");
create index if not exists "fourfold_changes.open" on "fourfold_changes" ("entry") where "position" is null;
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
create or replace function "fourfold_log_created"() returns trigger language plpgsql as $function$
begin
  insert into "fourfold_changes" ("at", "table", "row_id", "kind", "version", "after")
    select (extract(epoch from clock_timestamp()) * 1000)::bigint, tg_table_name, "row"."id", 'created', "row"."${versionColumn}", to_jsonb("row")
    from "${createdRows}" as "row";
  return null;
end $function$;
create or replace function "fourfold_place_changes"("most" integer) returns integer language plpgsql as $function$
declare
  "placed" integer;
begin
  if not exists (select 1 from "fourfold_changes" where "position" is null) then return 0; end if;
  ${lockLog.replace("select", "perform")};
  update "fourfold_changes" as "change" set "position" = "last" + "place" from (
    select ctid as "here", row_number() over (order by "entry") as "place",
      coalesce((select max("position") from "fourfold_changes"), 0) as "last"
    from "fourfold_changes" where "position" is null order by "entry" limit "most"
  ) as "open" where "change".ctid = "here";
  get diagnostics "placed" = row_count;
  if "placed" > 0 then perform pg_notify('${logChannel}', ''); end if;
  return "placed";
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
    trigger(
      "created",
      `after insert on ${quote(table)} referencing new table as "${createdRows}" for each statement`,
      `"fourfold_log_created"()`,
    ),
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
