import type { Connection } from "../sqlite/connection.ts";
import type { MigrationPlan } from "./plan.ts";

/** What stands in the way of a plan in this very database: what concerns rows is none where there are no such rows. */
export function obstaclesIn({ obstacles }: MigrationPlan, connection: Connection): readonly string[] {
  return obstacles
    .filter(({ rows }) => rows === null || connection.get(rows, []) !== undefined)
    .map(({ message }) => message);
}
