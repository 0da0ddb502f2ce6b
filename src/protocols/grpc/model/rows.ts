import type { Member } from "../../../plan/codec/member.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import { rowVersion, type StoredRow } from "../../../schema/table.ts";
import { documentation } from "./documentation.ts";
import type { FieldPlan } from "./field-plan.ts";
import { type FieldOwner, type FieldTypes, formerKey, memberOf } from "./field-types.ts";

/** The fields of a resource's rows as a version has them. */
export function rowFields(view: ResourceView, types: FieldTypes): readonly FieldPlan[] {
  const fields = view.members
    .filter(({ field }) => !field.writeOnly)
    .map((member): FieldPlan => {
      const { key, field, hidesAsNull, toVersion } = member;
      return {
        ...memberPlan(member, view, types),
        property: key,
        isOptional: field.optional || field.nullable || hidesAsNull,
        convert: toVersion,
      };
    });
  return hasTags(view.resource.definition.stored, fields) ? [...fields, tagOf(view)] : fields;
}

/** What is common to a row's member in rows and in requests. */
export function memberPlan(
  { wire, field }: Member,
  { resource }: ResourceView,
  types: FieldTypes,
): Pick<FieldPlan, "name" | "type" | "isList" | "description" | "isDeprecated" | "formerly"> {
  const formerly = formerKey(field);
  return {
    name: wire,
    ...types.of(field, ownerOf(resource.name, wire, formerly)),
    description: documentation(field.description, field.deprecated),
    isDeprecated: field.deprecated !== false,
    formerly,
  };
}

function ownerOf(resource: string, member: string, formerly: string | null): FieldOwner {
  const owner = { name: resource, formerly: null, place: resource };
  const former = formerly === null ? null : memberOf(owner, formerly).name;
  return { ...memberOf(owner, member), formerly: former };
}

/** Rows of a store have versions, which clients send back to change what they have seen (AIP-154). */
export function tagOf({ writer }: ResourceView): FieldPlan {
  return {
    name: "etag",
    type: "string",
    isOwn: true,
    derive: ({ [rowVersion]: version }: Partial<Pick<StoredRow, typeof rowVersion>>) =>
      version === undefined ? "" : `${writer.fingerprint}.${version}`,
    description:
      "Changes with the row. Send it with a change to have that refused if the row has changed since.",
  };
}

/** Whether an `etag` is added: not where the definition has a field of that name. */
export function hasTags(isStored: boolean, fields: readonly { readonly name: string }[]): boolean {
  return isStored && !fields.some(({ name }) => name === "etag");
}
