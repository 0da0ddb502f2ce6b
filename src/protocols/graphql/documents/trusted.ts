import { readFileSync } from "node:fs";

/** The documents that a server runs by id. */
export interface TrustedDocuments {
  readonly texts: ReadonlyMap<string, string>;
  /** Whether nothing else is run. */
  readonly only: boolean;
}

/** Where the list is. */
export interface TrustedDocumentsOptions {
  /**
   * JSON: an object of ids to documents, as Relay's and GraphQL Code Generator's compilers write it, or a manifest of Apollo's
   * (`{"format":"apollo-persisted-query-manifest","operations":[{"id","body"}]}`).
   */
  readonly file: string | URL;
  /** Whether other documents are refused; they are if absent. */
  readonly only?: boolean;
}

/** Reads the list. Throws an Error that says in one line what is wrong with the file. */
export function readTrustedDocuments({ file, only = true }: TrustedDocumentsOptions): TrustedDocuments {
  return { texts: toTexts(readJson(file), String(file)), only };
}

function readJson(file: string | URL): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (thrown) {
    throw new Error(`Trusted documents cannot be read: ${thrown instanceof Error ? thrown.message : ""}`, {
      cause: thrown,
    });
  }
}

function toTexts(list: unknown, file: string): ReadonlyMap<string, string> {
  if (typeof list !== "object" || list === null) throw noList(file);
  const entries =
    "operations" in list && Array.isArray(list.operations)
      ? list.operations.map((each: { readonly id?: unknown; readonly body?: unknown } | null) => [
          each?.id,
          each?.body,
        ])
      : Object.entries(list);
  return new Map(
    entries.map(([id, text]) => {
      if (typeof id !== "string" || typeof text !== "string") throw noList(file);
      return [id, text] as const;
    }),
  );
}

function noList(file: string): Error {
  return new Error(`${file} is no list of trusted documents: it must be a JSON object of ids to documents`);
}
