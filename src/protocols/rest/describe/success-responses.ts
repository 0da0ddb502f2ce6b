import { toWords, upperFirst } from "../../../base/casing.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import { toJsonSchema } from "../../../schema/json-schema.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";
import type { RestRoute } from "../routes.ts";
import { hasTag } from "./conditions.ts";
import { answerExample } from "./examples.ts";
import { type AnswerHeader, headerReferences, versionHeaders } from "./headers.ts";
import { resourceForm, shapedRow } from "./resource-schemas.ts";

/** The answers of an operation that went well: its own, and 304 where the caller has it already. */
export function successResponses(
  scope: DescribeScope,
  contract: OperationContract,
  route: RestRoute,
  operationId: string,
): JsonObject {
  const headers = headerReferences(scope, answerHeaders(scope, contract, route));
  const schema = answerSchema(scope, contract, operationId);
  const example = answerExample(scope, contract);
  const content = schema === null ? {} : { schema, ...(example === undefined ? {} : { example }) };
  const answer = {
    description: describeAnswer(contract),
    headers,
    ...(schema === null
      ? {}
      : {
          content: route.streams
            ? { "text/event-stream": eventSchema(schema) }
            : { "application/json": content },
        }),
  };
  return { [route.status]: answer, ...(hasTag(contract) && isSafe(contract) ? notModified(scope) : {}) };
}

/** One event, whose data is text: as OpenAPI 3.2 has it, whose `itemSchema` 3.1 lacks. */
function eventSchema(data: JsonObject): JsonObject {
  return {
    schema: {
      type: "object",
      description: "One event.",
      properties: {
        id: { type: "string" },
        event: { type: "string", description: "Absent, or `message`, for what the operation tells." },
        data: { type: "string", contentMediaType: "application/json", contentSchema: data },
        retry: { type: "integer", description: "Milliseconds." },
      },
    },
  };
}

function notModified(scope: DescribeScope): JsonObject {
  const response = scope.components.refer("responses", "304", "NotModified", () => ({
    description: "The answer is still the one of `If-None-Match`.",
    headers: headerReferences(scope, ["ETag", "Cache-Control", "Vary"]),
  }));
  return { 304: response };
}

function answerHeaders(
  scope: DescribeScope,
  contract: OperationContract,
  { status }: RestRoute,
): readonly AnswerHeader[] {
  return [
    ...(status === 201 ? ["Location" as const] : []),
    ...(hasTag(contract) ? ["ETag" as const] : []),
    "Cache-Control",
    "Vary",
    ...versionHeaders(scope),
  ];
}

function isSafe({ plan }: OperationContract): boolean {
  return plan.operation.sort === "query";
}

function answerSchema(
  scope: DescribeScope,
  { plan, outputView, view }: OperationContract,
  operationId: string,
): JsonObject | null {
  const { output } = plan.operation;
  if (output === null) return null;
  if (outputView !== null && plan.output === "page") return resourceForm(scope, outputView, "List");
  if (outputView !== null && plan.output === "rows") return resourceForm(scope, outputView, "Batch");
  const schema = toJsonSchema(output, scope.output);
  if (outputView !== null && plan.output === "row") return shapedRow(scope, outputView, schema);
  if (output.shape.kind !== "object" || output.nullable || output.optional) return schema;
  const name = `${upperFirst(operationId)}Output`;
  return scope.components.refer(
    "schemas",
    `output ${view?.resource.name} ${operationId}`,
    name,
    () => schema,
  );
}

const describeEvents =
  "Server-sent events (WHATWG HTML). The data of each event without a name is JSON of this schema; an id is what `Last-Event-ID` goes on after. An event `problem` tells why there are no more: its data is an error; an event `end` tells that all has been told.";

function describeAnswer({ plan, outputView }: OperationContract): string {
  const { method, sort } = plan.operation;
  if (sort === "subscription") return describeEvents;
  if (plan.output === "none") return method === "delete" ? "It is deleted." : "It is done.";
  if (outputView === null || plan.output === "value") return "The result.";
  const name = toWords(outputView.resource.name).toLowerCase();
  if (plan.output === "page") return `A page of ${toWords(outputView.plural).toLowerCase()}.`;
  if (plan.output === "rows")
    return `The ${toWords(outputView.plural).toLowerCase()}, in the order of the request.`;
  const done: Readonly<Record<string, string>> = {
    create: `The ${name}, as it was created.`,
    update: `The ${name}, as it is now.`,
    replace: `The ${name}, as it is now.`,
  };
  return (method === null ? undefined : done[method]) ?? `The ${name}.`;
}
