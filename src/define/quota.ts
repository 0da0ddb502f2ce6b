import type { Caller, Credentials } from "./caller.ts";

/**
 * How much each caller may ask for, over all protocols together. A call takes as many units as rows that it may read or write: a page
 * of 50 takes 50, a GraphQL document its cost, anything else 1.
 */
export interface QuotaOptions {
  /** Units that a caller may have in hand; also those that come back in `per`. */
  readonly units: number;
  /** The time in which all units come back, little by little: milliseconds, or text such as "1m". */
  readonly per: number | string;
  /** Whose units are taken; those of the caller, or of the address where nobody is signed in, if absent. */
  readonly by?: (context: { readonly caller: Caller | null; readonly credentials: Credentials }) => string;
}
