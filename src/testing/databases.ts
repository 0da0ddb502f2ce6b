import type { Api } from "../define/api.ts";

/** Answers the `DATABASE_URL` of a database without rows, for a server of this API. */
export type NextDatabase = (api: Api) => string | Promise<string>;

let next: NextDatabase = () => "sqlite::memory:";

/** Has the servers that tests start from now on use these databases, each one of its own; in memory, where this is not called. */
export function testDatabases(each: NextDatabase): void {
  next = each;
}

/** The database of a test's server that was told none. */
export async function emptyDatabase(api: Api): Promise<string> {
  return next(api);
}
