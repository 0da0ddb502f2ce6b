import type { ApiError } from "../../../../errors/api-error.ts";
import { numberCodec } from "../../../../plan/codec/number.ts";
import { booleanCodec } from "../../../../plan/codec/plain.ts";
import { plainText, writeText } from "../../../../plan/codec/text.ts";
import { rowVersion } from "../../../../schema/table.ts";
import type { Page, PageRow } from "../../model/page-model.ts";
import type { FieldBinding, ValueBinding } from "../../model/schema-types.ts";
import type { LeafCodec } from "../leaf.ts";
import type { FieldSource } from "./plan.ts";

/** What makes the values of the parts that pages, edges and errors have. */
export const partCodecs: {
  readonly text: LeafCodec;
  readonly boolean: LeafCodec;
  readonly int: LeafCodec;
} = {
  text: { write: writeText, toJson: plainText },
  boolean: booleanCodec(),
  int: numberCodec({ kind: "int32", minimum: null, maximum: null }),
};

/** An edge of a connection. */
export interface Edge {
  readonly page: Page;
  readonly row: PageRow;
}

type AccessBinding = Exclude<
  FieldBinding,
  { kind: "operation" | "node" | "nodes" | "reference" | "related" | "constant" }
>;

/** How a field is got from its parent, where nothing is read for it. */
export function accessOf(binding: AccessBinding): Extract<FieldSource, { kind: "access" }> {
  switch (binding.kind) {
    case "member":
      return memberAccess(binding.key, binding.convert);
    case "rowVersion":
      return by((parent) => (parent as { readonly [rowVersion]?: number })[rowVersion]);
    case "whole":
      return { kind: "access", read: (parent) => parent, expression: (parent) => parent };
    case "errorPart": {
      if (binding.part !== "detail") return memberAccess(binding.part, null);
      const { name } = binding;
      return by((parent) => (parent as ApiError).details?.[name]);
    }
    case "connectionPart":
      if (binding.part === "edges") return by((parent) => edgesOf(parent as Page));
      return binding.part === "nodes" ? memberAccess("rows", null) : by((parent) => parent);
    case "edgePart":
      if (binding.part === "node") return memberAccess("row", null);
      return by((parent) => (parent as Edge).page.cursor((parent as Edge).row));
    case "pageInfo": {
      const { part } = binding;
      if (part === "hasNextPage" || part === "hasPreviousPage") return memberAccess(part, null);
      const index = part === "startCursor" ? 0 : -1;
      return by((parent) => cursorAt(parent as Page, index));
    }
  }
}

function memberAccess(
  key: string,
  convert: ((value: never) => unknown) | null,
): Extract<FieldSource, { kind: "access" }> {
  const member = (parent: unknown): unknown => (parent as Readonly<Record<string, unknown>>)[key];
  if (convert === null)
    return { kind: "access", read: member, expression: (parent) => `${parent}[${JSON.stringify(key)}]` };
  const converted = convert as (value: unknown) => unknown;
  return by((parent) => {
    const value = member(parent);
    return value === null || value === undefined ? null : converted(value);
  });
}

function by(read: (parent: unknown) => unknown): Extract<FieldSource, { kind: "access" }> {
  return { kind: "access", read, expression: (parent, names) => `${names.bind("read", read)}(${parent})` };
}

function edgesOf(page: Page): readonly Edge[] {
  return page.rows.map((row) => ({ page, row }));
}

function cursorAt(page: Page, index: number): string | null {
  const row = page.rows.at(index);
  return row === undefined ? null : page.cursor(row);
}

/** What the value of a binding is made of, where it is not a definition's. */
export function partCodec(binding: AccessBinding): LeafCodec | null {
  if (binding.kind === "rowVersion") return partCodecs.int;
  if (binding.kind === "errorPart" && binding.part !== "detail") return partCodecs.text;
  if (binding.kind === "edgePart" && binding.part === "cursor") return partCodecs.text;
  if (binding.kind !== "pageInfo") return null;
  const { part } = binding;
  return part === "hasNextPage" || part === "hasPreviousPage" ? partCodecs.boolean : partCodecs.text;
}

/** What the value is made of by the definition; null for parts of pages and errors. */
export function bindingValue(binding: AccessBinding): ValueBinding | null {
  return binding.kind === "member" || binding.kind === "whole"
    ? binding.value
    : binding.kind === "errorPart" && binding.part === "detail"
      ? binding.value
      : null;
}
