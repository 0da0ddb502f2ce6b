import { lowerFirst, toSnakeCase, toUpperSnakeCase, toWords } from "../base/casing.ts";
import type { AnyResource } from "../define/definition.ts";
import { ApiError } from "../errors/api-error.ts";
import { frameworkError } from "../errors/codes.ts";
import type { Field } from "../schema/field.ts";
import { keyOf } from "../schema/key-of.ts";
import type { RefShape } from "../schema/shape.ts";
import type { ColumnModel, ReferenceModel, TableModel } from "../schema/table.ts";

/** What the store must keep for a resource. */
export function toTableModel(resource: AnyResource, resources: ReadonlyMap<string, AnyResource>): TableModel {
  const fields = Object.entries(resource.definition.fields);
  const columns = fields.map(([name, field]) => toColumn(resource, name, field, resources));
  const name = toWords(resource.name).toLowerCase();
  return {
    name: tableName(resource),
    columns: columns.sort(
      (a, b) => Number(b.field.shape.kind === "id") - Number(a.field.shape.kind === "id"),
    ),
    watched: resource.definition.operations.watch !== null,
    onReferenced: () => frameworkError("STILL_REFERENCED", `Other rows still refer to this ${name}`),
  };
}

/** The table of a resource: its plural in snake_case. */
export function tableName(resource: AnyResource): string {
  return toSnakeCase(resource.plural);
}

/** The error for an id without a row: the resource's own, or `USER_NOT_FOUND`. */
export function notFound(resource: AnyResource): ApiError {
  const declared = resource.definition.notFound;
  if (declared !== null) return declared.withDetails({});
  return new ApiError(notFoundCode(resource), "not_found", `${toWords(resource.name)} not found`);
}

export function notFoundCode(resource: AnyResource): string {
  return resource.definition.notFound?.code ?? `${toUpperSnakeCase(resource.name)}_NOT_FOUND`;
}

/** The resource that a reference points to. */
export function targetName(shape: RefShape): string {
  return typeof shape.target === "string" ? shape.target : shape.target().name;
}

function toColumn(
  resource: AnyResource,
  name: string,
  field: Field,
  resources: ReadonlyMap<string, AnyResource>,
): ColumnModel {
  const key = keyOf(name, field);
  return {
    key,
    name: toSnakeCase(key),
    field,
    nullable: field.optional || field.nullable,
    indexed: field.indexed || field.shape.kind === "ref",
    onDuplicate: field.unique === false ? null : (value) => duplicate(resource, key, field, value),
    references: field.shape.kind === "ref" ? toReference(field.shape, key, resources) : null,
  };
}

function duplicate(resource: AnyResource, key: string, field: Field, value: unknown): ApiError {
  if (typeof field.unique !== "boolean") {
    // A declared detail of the field's own name gets the value; the caller sent it, so it is no secret to it.
    return field.unique.withDetails(key in field.unique.details ? { [key]: value } : {});
  }
  const name = lowerFirst(toWords(resource.name));
  return frameworkError("CONFLICT", `A ${name} with this ${key} exists already`, { details: { field: key } });
}

function toReference(
  shape: RefShape,
  key: string,
  resources: ReadonlyMap<string, AnyResource>,
): ReferenceModel | null {
  const target = resources.get(targetName(shape));
  if (target === undefined) return null;
  const message = `${key}: there is no ${lowerFirst(toWords(target.name))} with this id`;
  return {
    table: tableName(target),
    onDelete: shape.onDelete,
    onMissing: () =>
      frameworkError("REFERENCE_NOT_FOUND", message, {
        details: { field: key, resource: target.name },
        violations: [
          {
            path: key,
            rule: "reference",
            message: `there is no ${target.name} with this id`,
            mend: `Send the id of a ${target.name}`,
          },
        ],
      }),
  };
}
