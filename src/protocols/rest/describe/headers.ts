import type { JsonObject } from "../../../base/json.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";

/** Header fields of answers. */
export type AnswerHeader =
  | "ETag"
  | "Cache-Control"
  | "Vary"
  | "Location"
  | "Retry-After"
  | "Deprecation"
  | "Sunset"
  | "Link";

/** References to the descriptions of header fields, by name. */
export function headerReferences(scope: DescribeScope, names: readonly AnswerHeader[]): JsonObject {
  return Object.fromEntries(
    names.map((name) => [
      name,
      scope.components.refer("headers", name, name.replaceAll("-", ""), () => descriptions[name]),
    ]),
  );
}

/** Fields of every answer of a version that is on its way out. */
export function versionHeaders({ version }: DescribeScope): readonly AnswerHeader[] {
  const { deprecated, sunset, link } = version;
  return [
    ...(deprecated === null ? [] : ["Deprecation" as const]),
    ...(sunset === null ? [] : ["Sunset" as const]),
    ...(link === null || (deprecated === null && sunset === null) ? [] : ["Link" as const]),
  ];
}

const descriptions: Readonly<Record<AnswerHeader, JsonObject>> = {
  ETag: {
    description:
      "A strong entity tag of the answer, for `If-None-Match` and, where it is one row's, `If-Match`.",
    schema: { type: "string" },
  },
  "Cache-Control": {
    description: "How long the answer may be kept, and by whom.",
    schema: { type: "string" },
  },
  Vary: { description: "The request's fields that the answer depends on.", schema: { type: "string" } },
  Location: {
    description: "The address of what was created.",
    schema: { type: "string", format: "uri-reference" },
  },
  "Retry-After": {
    description: "Seconds until it may be tried again.",
    schema: { type: "integer", minimum: 0 },
  },
  Deprecation: {
    description: "Since when this version is deprecated: a structured-field date (RFC 9745).",
    schema: { type: "string" },
    example: "@1793491200",
  },
  Sunset: {
    description: "When this version ends: an HTTP date (RFC 8594).",
    schema: { type: "string" },
    example: "Sat, 31 Jul 2027 00:00:00 GMT",
  },
  Link: {
    description: "Where to read about the change (RFC 8288).",
    schema: { type: "string" },
  },
};
