import { StoreOpenError } from "../../open-error.ts";
import { isDatabaseError } from "./session.ts";

/** What the server refuses whatever the rows are, and what to do about it; null for anything else. */
export function refusalOf(code: string, message: string): string | null {
  if (code === "42501")
    return (
      `${message}: who migrates needs "grant create, usage on schema ..." or owns the tables; ` +
      `who only serves, with MIGRATE=never, may have "grant select, insert, update, delete on all tables in schema ..."`
    );
  if (code === "42P07")
    return `${message}, and was not made by fourfold: rename it, or name a database of this API's own`;
  if (code === "3F000") return `${message}: the role's search_path names none that is there`;
  return null;
}

/** Rejects with a StoreOpenError, one line for whoever runs the server, where that has refused a statement of `work`. */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!isDatabaseError(thrown)) throw thrown;
    const reason = refusalOf(thrown.code ?? "", thrown.message) ?? thrown.message;
    throw new StoreOpenError(`The database cannot be used: ${reason}`, { cause: thrown });
  }
}
