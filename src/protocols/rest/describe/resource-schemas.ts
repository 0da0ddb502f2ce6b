import { toWords } from "../../../base/casing.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import { inputSchema, rowSchema } from "../../../schema/json-schema.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";
import { describedRelations } from "./relations.ts";

/** A row as callers get it, with what `include` may add to it. */
export function rowComponent(scope: DescribeScope, name: string): JsonObject {
  const view = scope.view(name);
  // Only an operation's answer can still name a resource that this version lacks.
  if (view === null) return { type: "object", description: `${toWords(name)}: not part of this version.` };
  const schema = rowSchema(view.members, scope.output);
  const { description } = view.resource.definition;
  return {
    ...(description === null ? {} : { description }),
    ...schema,
    properties: { ...schema.properties, ...relatedProperties(scope, view) },
  };
}

function relatedProperties(scope: DescribeScope, view: ResourceView): JsonObject {
  const entries = describedRelations(view.resource.name, scope.version).flatMap(
    ({ name, target, many, reference }): readonly (readonly [string, JsonObject])[] => {
      const row = scope.rowReference(target);
      const description = `Only with \`include=${name}\`.`;
      if (!many) return [[name, { anyOf: [row, { type: "null" }], description }]];
      const more = `Only where there are more: the \`pageToken\` of that list under the filter \`${reference} = "{id}"\`.`;
      return [
        [name, { type: "array", items: row, description }],
        [`${name}NextPageToken`, { type: "string", description: more }],
      ];
    },
  );
  return Object.fromEntries(entries);
}

/** The forms of a resource beside its rows. */
export type ResourceForm = "Create" | "Replace" | "Patch" | "Part" | "List" | "Batch" | "BatchCreate";

/** A reference to a form of a resource, under the resource's name and the form's: `UserCreate`. */
export function resourceForm(scope: DescribeScope, view: ResourceView, form: ResourceForm): JsonObject {
  const { name } = view.resource;
  return scope.components.refer("schemas", `${form} ${name}`, name + form, () =>
    formSchema(scope, view, form),
  );
}

/** A row, or as much of it as the parameter `fields` asks for. */
export function shapedRow(scope: DescribeScope, view: ResourceView, row: JsonObject): JsonObject {
  return { anyOf: [row, resourceForm(scope, view, "Part")] };
}

function formSchema(scope: DescribeScope, view: ResourceView, form: ResourceForm): JsonObject {
  const { name } = view.resource;
  const rows = { type: "array", items: shapedRow(scope, view, scope.rowReference(name)) };
  switch (form) {
    case "Create":
    case "Replace":
      return inputSchema(view.members, "row", scope.input);
    case "Patch":
      return inputSchema(view.members, "patch", scope.input);
    case "Part":
      return partOf(rowComponent(scope, name), name);
    case "List":
      return objectOf({ [view.plural]: rows, nextPageToken });
    case "Batch":
      return objectOf({ [view.plural]: rows });
    case "BatchCreate":
      return { ...objectOf({ [view.plural]: batch(scope, view) }), additionalProperties: false };
  }
}

function partOf({ required: _, ...row }: JsonObject, name: string): JsonObject {
  return {
    ...row,
    description: `Some fields of a ${toWords(name)}: those that \`fields\` names.`,
    minProperties: 1,
  };
}

const nextPageToken: JsonObject = {
  type: "string",
  description: "Sent as `pageToken`, it gives the next page. Empty on the last page.",
};

function batch(scope: DescribeScope, view: ResourceView): JsonObject {
  const items = resourceForm(scope, view, "Create");
  return { type: "array", items, minItems: 1, maxItems: view.resource.definition.batchMax };
}

function objectOf(properties: JsonObject): JsonObject {
  return { type: "object", properties, required: Object.keys(properties) };
}
