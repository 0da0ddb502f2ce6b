import type { Awaitable } from "../../base/awaitable.ts";
import { isPromise } from "../../base/awaitable.ts";
import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import { Call } from "../../invoke/call.ts";
import type { Exchange } from "../../net/exchange.ts";
import { HeadBlock } from "../../net/head-block.ts";
import { rateLimitFields } from "../http/rate-limit.ts";
import { type Decoded, decodeBody, decodeQuery } from "./decode.ts";
import { answer } from "./encode.ts";
import { errorBlock, errorContent, errorFields, problemContent } from "./error.ts";
import { answerEvents, answerNothingMore, isOver } from "./events/answer.ts";
import type { Methods, RestMount } from "./mount.ts";
import { acceptance } from "./negotiate.ts";
import type { RestOperation } from "./operation.ts";
import { readPreconditions } from "./preconditions.ts";
import { RestRequest } from "./request.ts";

/** Serves one request: finds the operation, decodes, invokes, encodes. At once, where all of these do. */
export function serveRest(mount: RestMount, exchange: Exchange): void {
  const request = new RestRequest(mount, exchange);
  try {
    const served = route(request);
    if (isPromise(served)) served.then(undefined, (thrown) => fail(request, thrown));
  } catch (thrown) {
    fail(request, thrown);
  }
}

function route(request: RestRequest): Awaitable<void> {
  const { mount, exchange } = request;
  const { method, path } = exchange.request;
  if (path === "*") return answerServerOptions(request);
  const place = mount.router.find(path, request.parameters);
  if (place === null) throw frameworkError("NOT_FOUND");
  const methods = mount.methodsAt(place, request.header("api-version"));
  const operation = methods.operations.get(method);
  if (operation === undefined) return answerOtherMethod(request, methods);
  if (request.record !== null) request.record.series = operation.series;
  const accepted = acceptance(request.header("accept"));
  if (!(operation.route.streams ? accepted.events : accepted.json)) throw notAcceptable(operation);
  if (operation.route.streams && isOver(request)) return answerNothingMore(request);
  const decoded = operation.takesBody ? decodeBody(request, operation) : decodeQuery(request, operation);
  return isPromise(decoded)
    ? decoded.then((read) => invoke(request, operation, read))
    : invoke(request, operation, decoded);
}

function invoke(
  request: RestRequest,
  operation: RestOperation,
  { input, selection }: Decoded,
): Awaitable<void> {
  const call = new Call(request.mount.invoker.services, request, input);
  request.call = call;
  if (!operation.isSafe) readPreconditions(request, operation, call);
  const value = operation.invocation.enter(call);
  if (operation.route.streams) return answerEvents(request, operation, value);
  if (isPromise(value)) return value.then((known) => answer(request, operation, call, known, selection));
  return answer(request, operation, call, value, selection);
}

function notAcceptable({ route }: RestOperation): Error {
  const type = route.streams ? "text/event-stream" : "application/json";
  return frameworkError("NOT_ACCEPTABLE", `The answer is ${type}; Accept must allow it`);
}

const options = new HeadBlock(204, ["cache-control", "no-store"]);

/** `OPTIONS *` is about the server as a whole (RFC 9110 §9.3.7). */
function answerServerOptions(request: RestRequest): void {
  request.exchange.respond(options, ["allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"], null);
  if (request.record !== null) request.finished(204, null);
}

function answerOtherMethod(request: RestRequest, methods: Methods): void {
  if (request.exchange.request.method !== "OPTIONS") {
    throw frameworkError("METHOD_NOT_ALLOWED", `Only ${methods.allow} are allowed here`, {
      headers: { allow: methods.allow },
    });
  }
  const { cors } = request.mount;
  const origin = request.header("origin");
  const isPreflight = origin !== undefined && request.header("access-control-request-method") !== undefined;
  const fields = ["allow", methods.allow, "vary", "origin, access-control-request-method"];
  if (methods.operations.has("PATCH"))
    fields.push("accept-patch", "application/merge-patch+json, application/json");
  if (cors !== null && isPreflight) fields.push(...cors.preflight(origin, methods.allow, undefined));
  request.exchange.respond(options, fields, null);
  if (request.record !== null) request.finished(204, null);
}

/** Answers with an error. One that cannot be told (its details are no JSON, its status is none) is told as internal. */
export function fail(request: RestRequest, thrown: unknown): void {
  const { toApiError } = request.mount;
  try {
    tell(request, toApiError(thrown, request.requestId));
  } catch (untold) {
    tell(request, toApiError(untold, request.requestId));
  }
}

function tell(request: RestRequest, error: ApiError): void {
  respondError(request, error);
  if (request.record !== null) request.finished(error.http, error.code);
}

function respondError(request: RestRequest, error: ApiError): void {
  const { mount, exchange } = request;
  const wantsProblem = acceptance(request.header("accept")).problem;
  const { contentType, body } = wantsProblem
    ? problemContent(error, exchange.request.path)
    : errorContent(error);
  const quota = request.call?.quota ?? null;
  const fields = [
    "x-request-id",
    request.requestId,
    ...errorFields(error),
    ...(quota === null ? [] : rateLimitFields(quota)),
    ...request.answerFields(mount.cors),
  ];
  exchange.respond(errorBlock(error.http, contentType, mount.vary), fields, body);
}
