import type { ApiError } from "../../../errors/api-error.ts";
import { rowVersion } from "../../../schema/table.ts";
import type { Page, PageRow } from "../model/page-model.ts";
import type {
  ErrorPartBinding,
  FieldBinding,
  MemberBinding,
  PageInfoBinding,
} from "../model/schema-types.ts";
import type { ToApiError } from "./field-failure.ts";
import { toValue } from "./value.ts";

/** A field that nothing is read for: its parent has it. */
type PartBinding = Exclude<
  FieldBinding,
  { readonly kind: "operation" | "node" | "nodes" | "reference" | "related" }
>;

/** The value of a field that its parent has. */
export function partOf(binding: PartBinding, parent: unknown, toApiError: ToApiError): unknown {
  switch (binding.kind) {
    case "member":
      return memberOf(binding, parent, toApiError);
    case "rowVersion":
      return (parent as { readonly [rowVersion]?: number })[rowVersion] ?? null;
    case "connectionPart":
      return connectionPart(binding.part, parent as Page);
    case "edgePart": {
      const { page, row } = parent as Edge;
      return binding.part === "node" ? row : page.cursor(row);
    }
    case "pageInfo":
      return pageInfoPart(binding.part, parent as Page);
    case "whole":
      return toValue(binding.value, parent, toApiError);
    case "errorPart":
      return errorPart(binding, parent as ApiError, toApiError);
    case "constant":
      return binding.value;
  }
}

interface Edge {
  readonly page: Page;
  readonly row: PageRow;
}

function memberOf({ key, convert, value }: MemberBinding, parent: unknown, toApiError: ToApiError): unknown {
  const member = (parent as Readonly<Record<string, unknown>>)[key];
  if (member === null || member === undefined) return null;
  const converted = convert === null ? member : (convert as (value: unknown) => unknown)(member);
  return toValue(value, converted, toApiError);
}

function connectionPart(part: "edges" | "nodes" | "pageInfo", page: Page): unknown {
  if (part === "pageInfo") return page;
  return part === "nodes" ? page.rows : page.rows.map((row): Edge => ({ page, row }));
}

function pageInfoPart(part: PageInfoBinding["part"], page: Page): unknown {
  if (part === "hasNextPage" || part === "hasPreviousPage") return page[part];
  const row = part === "startCursor" ? page.rows[0] : page.rows.at(-1);
  return row === undefined ? null : page.cursor(row);
}

function errorPart(binding: ErrorPartBinding, error: ApiError, toApiError: ToApiError): unknown {
  if (binding.part !== "detail") return error[binding.part];
  return toValue(binding.value, error.details?.[binding.name], toApiError);
}
