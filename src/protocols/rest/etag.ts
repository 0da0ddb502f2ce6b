import { createHash } from "node:crypto";
import { rowVersion } from "../../schema/table.ts";
import type { Coding } from "./negotiate.ts";

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

/** A strong ETag of a representation that no single row stands for. */
export function contentTag(content: string): string {
  return `"${digest(content)}"`;
}

function digest(content: string): string {
  return createHash("sha1").update(content).digest("base64url");
}

/** A coded representation is another one, so it has another strong ETag (RFC 9110 §8.8.3.3). */
export function codedTag(tag: string, coding: Coding): string {
  return `${tag.slice(0, -1)}-${coding}"`;
}

/** Whether `If-None-Match` names this tag: weak comparison (RFC 9110 §13.1.2), whichever coding the caller had it in. */
export function matchesAny(field: string, tag: string): boolean {
  if (field === tag) return true;
  if (field.trim() === "*") return true;
  const bare = tag.slice(1, -1);
  return entityTags(field).some(({ opaque }) => isTagOf(opaque, bare));
}

/** Whether `If-Match` names this tag: strong comparison (RFC 9110 §13.1.1), whichever coding the caller had it in. */
export function matchesStrongly(field: string, tag: string): boolean {
  if (field === tag || field.trim() === "*") return true;
  const bare = tag.slice(1, -1);
  return entityTags(field).some(({ opaque, weak }) => !weak && isTagOf(opaque, bare));
}

/** A tag, or that of one of its codings. */
function isTagOf(opaque: string, bare: string): boolean {
  return opaque === bare || opaque === `${bare}-gzip` || opaque === `${bare}-br`;
}

/** The versions of a row that `If-Match` names: strong comparison (RFC 9110 §13.1.1). Null for any version. */
export function matchedVersions(field: string, fingerprint: string): readonly number[] | null {
  if (field.trim() === "*") return null;
  return entityTags(field).flatMap(({ opaque, weak }) => {
    const match = /^([\w-]+)(?:~[\w-]+)?\.(\d{1,15})(?:-gzip|-br)?$/.exec(opaque);
    return !weak && match !== null && match[1] === fingerprint ? [Number(match[2])] : [];
  });
}

interface EntityTag {
  readonly opaque: string;
  readonly weak: boolean;
}

function entityTags(field: string): readonly EntityTag[] {
  const tags: EntityTag[] = [];
  for (const [, weak, opaque = ""] of field.matchAll(/(W\/)?"([^"]*)"/g))
    tags.push({ opaque, weak: weak !== undefined });
  return tags;
}
