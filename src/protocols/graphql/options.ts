import type { GraphqlLimits } from "./documents/limits.ts";
import type { TrustedDocumentsOptions } from "./documents/trusted.ts";

/** How GraphQL is served. All of it has a default that works. */
export interface GraphqlOptions {
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<GraphqlLimits>;
  /** Requests that may stand in one array; 0, for no arrays, if absent. */
  readonly batchMax?: number;
  /** Whether a document that was sent once with its hash may be asked for by the hash alone; yes if absent. */
  readonly persistedQueries?: boolean;
  /** Documents that may be asked for by id, and whether no others are run; all are run if absent. */
  readonly trustedDocuments?: TrustedDocumentsOptions;
  /** Whether the schema may be asked for its types; yes if absent. */
  readonly introspection?: boolean;
  /** Whether browsers get GraphiQL; yes if absent. */
  readonly page?: boolean;
}
