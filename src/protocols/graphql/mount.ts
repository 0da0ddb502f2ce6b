import {
  type DocumentNode,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  specifiedRules,
} from "graphql";
import type { ApiError } from "../../errors/api-error.ts";
import type { Invoker } from "../../invoke/invoker.ts";
import type { Exchange } from "../../net/exchange.ts";
import type { RequestObserver } from "../../observe/request-record.ts";
import type { RequestSeries, SeriesLabels } from "../../observe/request-series.ts";
import type { ApiPlan } from "../../plan/api-plan.ts";
import type { Store } from "../../store/store.ts";
import { Cors, type CorsFields, type CorsOptions, socketOrigins } from "../http/cors.ts";
import type { Protocol } from "../http/protocol.ts";
import { assertSameVersion, statedVersion } from "../http/stated-version.ts";
import { compileCost } from "./documents/cost.ts";
import { Documents } from "./documents/documents.ts";
import { freshnessOf } from "./documents/freshness.ts";
import { defaultLimits } from "./documents/limits.ts";
import type { PreparedOperation } from "./documents/prepared.ts";
import { selectFields } from "./documents/selection-tree.ts";
import { readTrustedDocuments } from "./documents/trusted.ts";
import type { GraphqlEndpoint } from "./endpoint.ts";
import { RelationIndex } from "./execute/relation-index.ts";
import { type ExecutionParts, toExecution } from "./execute/to-execution.ts";
import { answerForm } from "./http/acceptance.ts";
import { GraphqlHeads } from "./http/heads.ts";
import { refuseGraphql, serveGraphql } from "./http/serve.ts";
import { toGraphqlSchema } from "./model/graphql-schema.ts";
import type { SchemaModel } from "./model/schema-model.ts";
import type { GraphqlOptions } from "./options.ts";
import { pagePath } from "./page/page.ts";
import { servePage } from "./page/serve.ts";
import { OpenStreams } from "./streams/open-streams.ts";
import { serveGraphqlSocket } from "./websocket/serve.ts";

/** What GraphQL is mounted with. */
export interface GraphqlMountOptions {
  readonly plan: ApiPlan;
  readonly models: readonly SchemaModel[];
  /** The version that an address names; null for that of the header. */
  readonly paths: ReadonlyMap<string, string | null>;
  readonly invoker: Invoker;
  readonly store: Store | null;
  readonly cors: CorsOptions | null;
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
  readonly observer: RequestObserver | null;
  readonly series: (labels: SeriesLabels) => RequestSeries;
  readonly options: GraphqlOptions;
}

const corsFields: CorsFields = {
  exposed:
    "etag, deprecation, sunset, link, retry-after, ratelimit, ratelimit-policy, x-request-id, allow, accept-post",
  allowed:
    "accept, api-version, authorization, content-type, idempotency-key, if-none-match, request-timeout, traceparent, tracestate, x-request-id",
};

/** Mounts the schemas of all versions. Throws an Error for trusted documents that cannot be used. */
export function mountGraphql(options: GraphqlMountOptions): Protocol {
  const { plan, models, paths } = options;
  const streams = new OpenStreams();
  const endpoints = new Map(models.map((model) => [model.version.name, toEndpoint(options, model, streams)]));
  assertFit([...endpoints.values()].map(({ documents }) => documents));
  const usual = endpoints.get(plan.defaultVersion.name);
  if (usual === undefined) throw new TypeError("There is no default version");
  return {
    takes: ({ request: { path } }) => paths.has(path) || path.startsWith(pagePath),
    serve: (exchange) => {
      try {
        const { path } = exchange.request;
        const ofPath = paths.get(path) ?? null;
        const stated = exchange.request.header("api-version");
        if (ofPath !== null) assertSameVersion(ofPath, stated);
        serveAt(endpoints.get(ofPath ?? statedVersion(plan, stated)) ?? usual, exchange, options);
      } catch (thrown) {
        refuseGraphql(usual, exchange, thrown);
      }
    },
    drain: () => streams.drain(),
  };
}

function serveAt(endpoint: GraphqlEndpoint, exchange: Exchange, options: GraphqlMountOptions): void {
  const { plan, cors, observer } = options;
  if (isForPage(exchange, options))
    void servePage(exchange, plan.api.options.title ?? plan.api.name, observer);
  else if (exchange.request.upgrade === "websocket")
    serveGraphqlSocket(endpoint, exchange, socketOrigins(cors));
  else serveGraphql(endpoint, exchange);
}

/** A browser's visit. Who states a query wants its answer, whatever else would do. */
function isForPage({ request }: Exchange, { options }: GraphqlMountOptions): boolean {
  if (options.page === false) return false;
  if (request.path.startsWith(pagePath)) return true;
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  return request.query === null && answerForm(request.header("accept")) === "html";
}

/** A trusted document must fit the schema of some version. */
function assertFit([first, ...others]: readonly Documents[]): void {
  for (const [id, thrown] of first?.unfit ?? [])
    if (others.every(({ unfit }) => unfit.has(id)))
      throw new Error(
        `The trusted document "${id}" cannot be run: ${thrown instanceof Error ? thrown.message : "it is not GraphQL"}`,
      );
}

function toEndpoint(mount: GraphqlMountOptions, model: SchemaModel, streams: OpenStreams): GraphqlEndpoint {
  const { options, cors, observer, toApiError, series } = mount;
  const { version } = model;
  const shared = cors === null ? null : new Cors(cors, corsFields);
  const limits = { ...defaultLimits, ...options.limits };
  const counted = (kind: string) =>
    series({ protocol: "graphql", operation: `graphql.${kind}`, version: version.name });
  return {
    version: version.name,
    documents: toDocuments(mount, model),
    limits,
    batchMax: options.batchMax ?? 0,
    heads: new GraphqlHeads(version, varyOf(mount, shared)),
    cors: shared,
    observer,
    series: {
      query: counted("query"),
      mutation: counted("mutation"),
      subscription: counted("subscription"),
    },
    invoker: mount.invoker,
    toApiError,
    streams,
  };
}

function varyOf({ plan }: GraphqlMountOptions, cors: Cors | null): string {
  const always = ["accept", "accept-encoding", "api-version"];
  if (plan.api.options.authenticate !== undefined) always.push("authorization");
  if (cors?.varies === true) always.push("origin");
  return always.join(", ");
}

function toDocuments(mount: GraphqlMountOptions, model: SchemaModel): Documents {
  const { options } = mount;
  const { trustedDocuments, introspection = true, persistedQueries = true } = options;
  const schema = toGraphqlSchema(model);
  const { invoker, toApiError, plan, store } = mount;
  const relations = new RelationIndex(plan, store);
  const parts: ExecutionParts = { invoker, toApiError, model, schema, relations };
  return new Documents({
    schema,
    limits: { ...defaultLimits, ...options.limits },
    rules: introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule],
    persisted: persistedQueries,
    trusted: trustedDocuments === undefined ? null : readTrustedDocuments(trustedDocuments),
    prepare: (document, operation) => prepare(document, operation, parts),
  });
}

function prepare(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  parts: ExecutionParts,
): PreparedOperation {
  const { model } = parts;
  const fields = selectFields(document, operation, model);
  return {
    execution: toExecution(document, operation, parts),
    cost: compileCost(fields, operation),
    freshness: freshnessOf(fields, model.version),
  };
}
