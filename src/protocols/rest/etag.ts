import { rowVersion } from "../../schema/table.ts";
import { digest, entityTags } from "../http/entity-tags.ts";

/**
 * A strong ETag of a row: the contract's fingerprint and the row's version. Where rules hide fields from some callers, what
 * this one sees is a part of it (`seen`). Null for a row without a version.
 */
export function rowTag(fingerprint: string, row: unknown, seen: string | null = null): string | null {
  const version = (row as { readonly [rowVersion]?: number } | null)?.[rowVersion];
  if (version === undefined) return null;
  return seen === null
    ? `"${fingerprint}.${version}"`
    : `"${fingerprint}~${digest(seen).slice(0, 8)}.${version}"`;
}

/** The versions of a row that `If-Match` names: strong comparison (RFC 9110 §13.1.1). Null for any version. */
export function matchedVersions(field: string, fingerprint: string): readonly number[] | null {
  if (field.trim() === "*") return null;
  return entityTags(field).flatMap(({ opaque, weak }) => {
    const match = /^([\w-]+)(?:~[\w-]+)?\.(\d{1,15})(?:-gzip|-br)?$/.exec(opaque);
    return !weak && match !== null && match[1] === fingerprint ? [Number(match[2])] : [];
  });
}
