import { toKebabCase } from "../../base/casing.ts";
import type { AnyOperation, AnyResource, StandardMethod } from "../../define/definition.ts";
import { fitsQuery } from "../../plan/check/query-input.ts";
import { readRest } from "../../plan/check/rest.ts";
import type { OperationContract } from "../../plan/operation-contract.ts";
import type { OperationPlan } from "../../plan/operation-plan.ts";

/** The methods that operations stand under. HEAD and OPTIONS follow from them. */
export type RestMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Where an operation stands on REST: what the mount and OpenAPI are both made from. */
export interface RestRoute {
  readonly method: RestMethod;
  /** Relative to the version's base: `/users/{id}:publish`. */
  readonly template: string;
  /** Names in the template, in its order. */
  readonly pathParameters: readonly string[];
  /** Where the rest of the input stands. */
  readonly inputFrom: "query" | "body";
  /** Media types of a body; none where the input is in the query. */
  readonly mediaTypes: readonly string[];
  /** Status of a success that is not conditional. */
  readonly status: 200 | 201 | 204;
  /** Whether it is answered by a stream of events. */
  readonly streams: boolean;
}

/** The routes of an operation; none for one that REST does not serve. */
export function restRoutes({ plan }: OperationContract): readonly RestRoute[] {
  const { operation } = plan;
  // HTTP has no words for many messages of a request.
  if (operation.messages !== null) return [];
  const [method, template] = operation.rest === null ? usualPlace(operation) : statedPlace(operation.rest);
  const inBody = method === "POST" || method === "PUT" || method === "PATCH";
  return [
    {
      method,
      template,
      pathParameters: [...template.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name),
      inputFrom: inBody ? "body" : "query",
      mediaTypes: inBody ? mediaTypes(method) : [],
      status: statusOf(plan),
      streams: operation.sort === "subscription",
    },
  ];
}

function statusOf({ operation, output }: OperationPlan): RestRoute["status"] {
  if (operation.sort === "subscription") return 200;
  return operation.method === "create" ? 201 : output === "none" ? 204 : 200;
}

/** The path of a resource's collection: `/blog-posts`. */
export function collectionPath(resource: AnyResource): string {
  return `/${toKebabCase(resource.plural)}`;
}

type Place = readonly [RestMethod, string];

const standardPlaces: Readonly<Record<StandardMethod, Place>> = {
  list: ["GET", ""],
  get: ["GET", "/{id}"],
  create: ["POST", ""],
  update: ["PATCH", "/{id}"],
  replace: ["PUT", "/{id}"],
  delete: ["DELETE", "/{id}"],
  watch: ["GET", ":watch"],
  batchGet: ["GET", ":batchGet"],
  batchCreate: ["POST", ":batchCreate"],
};

/** Custom operations stand after a colon (AIP-136), so that no row's id is mistaken for one. */
function usualPlace({ method, name, on, scope, sort, input }: AnyOperation): Place {
  // A browser's EventSource can only GET.
  const isGet = sort === "query" || (sort === "subscription" && Object.values(input).every(fitsQuery));
  const verb = isGet ? "GET" : "POST";
  if (on === null) return [verb, `/${name}`];
  const collection = collectionPath(on);
  if (method === null)
    return [verb, scope === "item" ? `${collection}/{id}:${name}` : `${collection}:${name}`];
  const [standardVerb, ending] = standardPlaces[method];
  return [standardVerb, collection + ending];
}

const methods: ReadonlySet<string> = new Set<RestMethod>(["GET", "POST", "PUT", "PATCH", "DELETE"]);

function statedPlace(rest: string): Place {
  const read = readRest(rest);
  if (read !== null && isMethod(read.method)) return [read.method, read.template];
  throw new TypeError(`rest: "${rest}" is not of the form "METHOD /path/{field}"`);
}

function isMethod(text: string): text is RestMethod {
  return methods.has(text);
}

/** A merge patch (RFC 7396) is taken under the common name too: no client has to know the special one. */
function mediaTypes(method: RestMethod): readonly string[] {
  return method === "PATCH" ? ["application/merge-patch+json", "application/json"] : ["application/json"];
}
