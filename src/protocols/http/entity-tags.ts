import { createHash } from "node:crypto";
import type { Coding } from "./content-coding.ts";

/** A strong ETag of a representation that no single row stands for. */
export function contentTag(content: string | Uint8Array): string {
  return `"${digest(content)}"`;
}

/** A short hash of a content. */
export function digest(content: string | Uint8Array): string {
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

/** One tag of a list. */
export interface EntityTag {
  readonly opaque: string;
  readonly weak: boolean;
}

/** The tags of `If-Match` and `If-None-Match`; what is none is left out. */
export function entityTags(field: string): readonly EntityTag[] {
  const tags: EntityTag[] = [];
  for (const [, weak, opaque = ""] of field.matchAll(/(W\/)?"([^"]*)"/g))
    tags.push({ opaque, weak: weak !== undefined });
  return tags;
}
