import type { JsonObject, JsonValue } from "../../../base/json.ts";
import type { Member } from "../../../plan/codec/member.ts";
import { maxOrderTerms } from "../../../plan/filter/order.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import { exampleId } from "../../../schema/json-example.ts";
import { toJsonSchema } from "../../../schema/json-schema.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";
import type { RestRoute } from "../routes.ts";
import { headerParameters } from "./header-parameters.ts";
import { describedRelations } from "./relations.ts";

/** Everything that a request states outside its body. */
export function parameters(
  scope: DescribeScope,
  contract: OperationContract,
  route: RestRoute,
): readonly JsonObject[] {
  return [
    ...route.pathParameters.map((name) => pathParameter(scope, contract, name)),
    ...queryParameters(scope, contract, route),
    ...shapingParameters(scope, contract),
    ...headerParameters(scope, contract),
  ];
}

function pathParameter(scope: DescribeScope, contract: OperationContract, name: string): JsonObject {
  const member = contract.input.members.find(({ wire }) => wire === name);
  if (member !== undefined)
    return { name, in: "path", required: true, ...parameterSchema(scope, contract, member, false) };
  const resource = contract.plan.operation.on?.name ?? "row";
  return {
    name,
    in: "path",
    required: true,
    description: `The id of the ${resource}.`,
    schema: { type: "string", minLength: 1, maxLength: 200 },
    example: exampleId,
  };
}

function queryParameters(
  scope: DescribeScope,
  contract: OperationContract,
  route: RestRoute,
): readonly JsonObject[] {
  if (route.inputFrom !== "query") return [];
  return contract.input.members
    .filter(({ wire }) => !route.pathParameters.includes(wire))
    .map((member) => ({
      name: member.wire,
      in: "query",
      ...(member.field.optional || member.field.default !== undefined ? {} : { required: true }),
      ...parameterSchema(scope, contract, member, true),
      ...listNotes(contract, member.wire),
    }));
}

/** Parameters are plain text, lists repeated parameters. */
function parameterSchema(
  scope: DescribeScope,
  contract: OperationContract,
  { field, wire }: Member,
  inQuery: boolean,
): JsonObject {
  const { description, ...schema } = withoutNull(toJsonSchema(field, scope.input));
  const text = description === undefined ? {} : { description };
  return {
    ...text,
    ...(field.shape.kind === "list" && inQuery ? { style: "form", explode: true } : {}),
    schema: isOrder(contract, wire) ? { ...schema, pattern: orderPattern(contract) } : schema,
  };
}

/** A parameter without a value is left out: none states null. */
function withoutNull(schema: JsonObject): JsonObject {
  const { type, enum: words, ...rest } = schema;
  if (!isList(type) || !type.includes("null")) return schema;
  const [first, ...more] = type.filter((each) => each !== "null");
  return {
    ...(first === undefined ? {} : { type: more.length === 0 ? first : [first, ...more] }),
    ...(isList(words) ? { enum: words.filter((word) => word !== null) } : {}),
    ...rest,
  };
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** What paging, filters and orders mean for this list. */
function listNotes({ plan, view }: OperationContract, name: string): JsonObject {
  if (plan.operation.method !== "list" || view === null) return {};
  const { pageSize } = view.resource.definition;
  switch (name) {
    case "pageSize":
      return {
        description: `Rows in a page; ${pageSize.default} where it is not stated or 0. More than ${pageSize.max} gives ${pageSize.max}.`,
      };
    case "pageToken":
      return { description: "`nextPageToken` of the page before, for the same filter and order." };
    case "filter":
      return { description: filterNote(view), ...filterExample(view) };
    case "orderBy":
      return {
        description: `Fields, parted by commas; \`desc\` after one turns it round. ${fieldNames(view)}`,
      };
    default:
      return {};
  }
}

function isOrder({ plan }: OperationContract, name: string): boolean {
  return plan.operation.method === "list" && name === "orderBy";
}

/** Terms, parted by commas: a name and a direction. That none comes twice, no pattern can say. */
function orderPattern({ view }: OperationContract): string {
  const names = [...(view?.filterable.keys() ?? [])];
  if (names.length === 0) return "^ *$";
  const term = ` *(?:${names.join("|")})(?: +(?:asc|desc))? *`;
  return `^(?:${term}(?:,(?! *$)|$)){0,${maxOrderTerms}} *$`;
}

function filterNote(view: ResourceView): string {
  return `Only rows for which this holds (AIP-160): comparisons by \`=\`, \`!=\`, \`<\`, \`<=\`, \`>\`, \`>=\` and \`:\` (has), with \`AND\`, \`OR\`, \`NOT\` and parentheses. ${fieldNames(view)}`;
}

function fieldNames(view: ResourceView): string {
  const names = [...view.filterable.keys()].map((name) => `\`${name}\``);
  return names.length === 0 ? "This list has no fields for it." : `Fields: ${names.join(", ")}.`;
}

function filterExample(view: ResourceView): JsonObject {
  const kinds = ["string", "text", "email"];
  const text = [...view.filterable].find(([, { field }]) => kinds.includes(field.shape.kind));
  return text === undefined ? {} : { example: `${text[0]}:"a"` };
}

/** `fields` and `include` shape answers that have rows. */
function shapingParameters(
  scope: DescribeScope,
  { plan, outputView }: OperationContract,
): readonly JsonObject[] {
  if (outputView === null || !["row", "page", "rows"].includes(plan.output)) return [];
  const names = outputView.members.filter(({ field }) => !field.writeOnly).map(({ wire }) => wire);
  const relations = describedRelations(outputView.resource.name, scope.version).map(({ name }) => name);
  const fields = namesParameter(
    "fields",
    "Only these fields of each row; all where it is not stated.",
    names,
    1,
  );
  if (relations.length === 0) return [fields];
  return [fields, namesParameter("include", "Related rows to put into each row.", relations, 0)];
}

function namesParameter(
  name: string,
  description: string,
  names: readonly string[],
  minItems: number,
): JsonObject {
  return {
    name,
    in: "query",
    description,
    style: "form",
    explode: false,
    schema: {
      type: "array",
      items: { type: "string", enum: names },
      ...(minItems === 0 ? {} : { minItems }),
    },
  };
}
