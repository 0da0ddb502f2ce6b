import { type Awaitable, isPromise, whenReady } from "../../../base/awaitable.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { Exchange } from "../../../net/exchange.ts";
import { HeadBlock } from "../../../net/head-block.ts";
import { RequestErrors } from "../documents/request-errors.ts";
import type { GraphqlEndpoint } from "../endpoint.ts";
import type { AnswerExecution, ExecutionResult } from "../execute/execution.ts";
import { answerForm } from "./acceptance.ts";
import { charge, costExtension, costOf, findOperation, identify } from "./asked-operation.ts";
import { answerBatch } from "./batch.ts";
import { answerEvents } from "./events.ts";
import { GraphqlRequest } from "./graphql-request.ts";
import { type GraphqlParameters, readParameters, readQueryParameters } from "./parameters.ts";
import { parseContent } from "./parse-content.ts";
import { respond, respondError, takesPieces } from "./respond.ts";

/** Serves one request over HTTP (GraphQL over HTTP, draft of 2025). At once, where reads and handlers are. */
export function serveGraphql(endpoint: GraphqlEndpoint, exchange: Exchange): void {
  const form = answerForm(exchange.request.header("accept"));
  const request = new GraphqlRequest(endpoint, exchange, form ?? "json");
  try {
    if (form === null) throw notAcceptable();
    const served = route(request);
    if (isPromise(served)) served.then(undefined, (thrown: unknown) => fail(request, thrown));
  } catch (thrown) {
    fail(request, thrown);
  }
}

/** Answers what is not even for an endpoint, such as a version that there is not, as an endpoint would. */
export function refuseGraphql(endpoint: GraphqlEndpoint, exchange: Exchange, thrown: unknown): void {
  const form = answerForm(exchange.request.header("accept"));
  fail(new GraphqlRequest(endpoint, exchange, form ?? "json"), thrown);
}

function fail(request: GraphqlRequest, thrown: unknown): void {
  const told = respondError(request, thrown);
  if (isPromise(told)) told.then(undefined, (untold: unknown) => void respondError(request, untold));
}

function route(request: GraphqlRequest): Awaitable<void> {
  switch (request.method) {
    case "POST":
      return servePost(request);
    case "GET":
    case "HEAD":
      return serveGet(request);
    case "OPTIONS":
      return answerOptions(request);
    default:
      throw methodNotAllowed("GET, HEAD, POST, OPTIONS", "GraphQL is asked for by POST, or by GET");
  }
}

function servePost(request: GraphqlRequest): Awaitable<void> {
  checkContentType(request);
  const content = request.exchange.body.bytes(undefined, "passing");
  return isPromise(content)
    ? content.then((read) => answerContent(request, parseContent(read)))
    : answerContent(request, parseContent(content));
}

function answerContent(request: GraphqlRequest, value: unknown): Awaitable<void> {
  return Array.isArray(value) ? answerBatch(request, value) : answer(request, readParameters(value));
}

function serveGet(request: GraphqlRequest): Awaitable<void> {
  const { query } = request.exchange.request;
  if (query === null)
    throw frameworkError("INVALID_INPUT", "query: is required", {
      violations: [
        {
          path: "query",
          rule: "required",
          message: "is required",
          mend: "Send it in the address, or use POST",
        },
      ],
    });
  return answer(request, readQueryParameters(query));
}

function answer(request: GraphqlRequest, parameters: GraphqlParameters): Awaitable<void> {
  if (request.form === "events") return answerEvents(request, parameters);
  const operation = findOperation(request.endpoint, parameters);
  const { execution } = operation;
  if (request.record !== null) request.record.series = request.endpoint.series[execution.kind];
  if (execution.kind === "subscription")
    throw RequestErrors.of(
      frameworkError(
        "NOT_ACCEPTABLE",
        "A subscription is a stream: accept text/event-stream, or open a WebSocket here",
      ),
    );
  if (execution.kind === "mutation" && request.method !== "POST")
    throw methodNotAllowed("POST, OPTIONS", "A mutation is asked for by POST: GET changes nothing");
  const rows = costOf(request.endpoint, operation, parameters);
  return whenReady(run(request, execution, parameters, rows), (result) =>
    respond(request, result, costExtension(request.endpoint, rows, parameters), operation.freshness),
  );
}

function run(
  request: GraphqlRequest,
  execution: AnswerExecution,
  { variables, tellsCost }: GraphqlParameters,
  rows: number,
): Awaitable<ExecutionResult> {
  return whenReady(identify(request), () => {
    charge(request, rows);
    const inPieces = (): boolean => !tellsCost && takesPieces(request);
    return execution.run({ source: request, caller: request.caller, variables, inPieces });
  });
}

const optionsHead = new HeadBlock(204, ["allow", "GET, HEAD, POST, OPTIONS", "cache-control", "no-store"]);

function answerOptions(request: GraphqlRequest): void {
  const { cors } = request.endpoint;
  const origin = request.header("origin");
  const asked = request.header("access-control-request-headers");
  const granted = cors === null || origin === undefined ? [] : cors.preflight(origin, "GET, POST", asked);
  const vary = ["vary", "origin, access-control-request-method, access-control-request-headers"];
  request.exchange.respond(optionsHead, [...vary, ...granted], null);
  request.finished(204, null);
}

/**
 * JSON alone is taken: pages of other origins can send it only after a preflight, which is what keeps their forms out (CSRF).
 * Multipart requests are refused for the same reason.
 */
function checkContentType(request: GraphqlRequest): void {
  const stated = request.header("content-type");
  if (stated === "application/json") return;
  if (stated !== undefined && /^application\/json\s*(?:;\s*charset="?utf-?8"?\s*)?$/i.test(stated)) return;
  throw frameworkError("UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json", {
    headers: { "accept-post": "application/json" },
  });
}

function notAcceptable(): Error {
  return frameworkError(
    "NOT_ACCEPTABLE",
    "Accept must allow application/graphql-response+json, application/json or text/event-stream",
  );
}

function methodNotAllowed(allow: string, message: string): Error {
  return frameworkError("METHOD_NOT_ALLOWED", message, { headers: { allow } });
}
