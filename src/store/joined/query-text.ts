import type { Condition } from "../../schema/condition.ts";
import { everyRow } from "../../schema/condition.ts";
import type { RowValues } from "../../schema/table.ts";
import type { Columns, ListQuery } from "../store.ts";

/** The same text for the same condition, and never for two others: reads of one text are one read. */
export function conditionText(condition: Condition | null): string {
  if (condition === null) return "";
  return condition === everyRow ? "every" : JSON.stringify(condition, tagged);
}

/** The same for a list. */
export function listText({ where, order, limit, after, columns }: ListQuery): string {
  const common = `${columnsText(columns)} ${limit} ${conditionText(where)}`;
  if (order.length === 0 && after === null) return common;
  const last = after === null ? null : [after["id"], ...order.map(({ key }) => after[key])];
  return `${common} ${JSON.stringify([order, last], tagged)}`;
}

export function columnsText(columns: Columns | undefined): string {
  return columns === undefined ? "*" : columns.join();
}

/** JSON has one text for values of several types: those that it does not have are named by their type. */
function tagged(this: unknown, name: string, value: unknown): unknown {
  const stated = (this as RowValues)[name];
  if (stated instanceof Date) return { date: stated.getTime() };
  if (stated instanceof Uint8Array) return { bytes: Buffer.from(stated).toString("base64") };
  if (typeof stated === "bigint") return { bigint: String(stated) };
  if (typeof stated === "number" && !Number.isFinite(stated)) return { number: String(stated) };
  return stated === undefined ? { undefined: true } : value;
}
