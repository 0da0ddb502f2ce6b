import type { Awaitable } from "../../../base/awaitable.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import type { Content } from "../../../net/exchange.ts";
import type { HeadBlock } from "../../../net/head-block.ts";
import { compress, compressFrom } from "../../http/compress.ts";
import { acceptedCoding, type Coding } from "../../http/content-coding.ts";
import { codedTag, contentTag, matchesAny } from "../../http/entity-tags.ts";
import { rateLimitFields } from "../../http/rate-limit.ts";
import { cacheControl, type OperationFreshness } from "../documents/freshness.ts";
import { RequestErrors } from "../documents/request-errors.ts";
import { type GraphqlError, toGraphqlError } from "../error.ts";
import { ExecutionResult } from "../execute/execution.ts";
import type { GraphqlRequest } from "./graphql-request.ts";
import { mediaTypes } from "./heads.ts";

/** JSON members of `extensions` as text, such as `"cost":{…}`; null for none. */
export type ResponseExtensions = string | null;

/** The response's text (§7.1). */
export function toResponse({ text }: ExecutionResult, extensions: ResponseExtensions): string {
  return extensions === null ? text : `${text.slice(0, -1)},"extensions":{${extensions}}}`;
}

/** Answers with a result. `freshness` is of queries asked for by GET. */
export function respond(
  request: GraphqlRequest,
  result: ExecutionResult,
  extensions: ResponseExtensions,
  freshness: OperationFreshness,
): Awaitable<void> {
  if (extensions === null && result.errors.length === 0 && result.isLong && takesPieces(request))
    return finish(request, ok(request), none, result.pieces, null);
  const body = toResponse(result, extensions);
  if (result.errors.length > 0) {
    // A response without data is an error of HTTP too, for those who know this media type.
    const status = result.data === undefined && request.form === "graphql" ? 400 : 200;
    return send(request, body, block(request, status, "no-store"), [], errorCodeOf(result));
  }
  if (request.method !== "POST") return respondFresh(request, body, freshness);
  return send(request, body, ok(request), [], null);
}

/** Whether long answers may leave in pieces: nothing is made of the whole then, such as an entity tag or a coding. */
export function takesPieces(request: GraphqlRequest): boolean {
  return request.method === "POST" && acceptedCoding(request.header("accept-encoding")) === null;
}

function ok({ endpoint: { heads }, form }: GraphqlRequest): HeadBlock {
  return form === "graphql" ? heads.graphql : heads.json;
}

/** Answers a request that is not executed. */
export function respondError(request: GraphqlRequest, thrown: unknown): Awaitable<void> {
  const { form, endpoint, requestId } = request;
  if (thrown instanceof RequestErrors) {
    // Clients from before the watershed take any other status than 200 for a fault of the transport.
    const status = form === "graphql" ? thrown.status : 200;
    return refuse(request, status, [], thrown.errors);
  }
  const error = endpoint.toApiError(thrown, requestId);
  return refuse(request, error.http, fieldsOf(error), [toGraphqlError(error, {})]);
}

/** Answers with text that is JSON already. */
export function respondText(request: GraphqlRequest, body: string): Awaitable<void> {
  return send(request, body, block(request, 200, "no-store"), [], null);
}

/** The code of a result's first error; null where there is none. */
export function errorCodeOf({ errors }: Pick<ExecutionResult, "errors">): string | null {
  const code = errors[0]?.extensions["code"];
  return typeof code === "string" ? code : null;
}

function refuse(
  request: GraphqlRequest,
  status: number,
  fields: readonly string[],
  errors: readonly GraphqlError[],
): Awaitable<void> {
  const result = ExecutionResult.refused(...errors);
  return send(request, result.text, block(request, status, "no-store"), fields, errorCodeOf(result));
}

function fieldsOf({ headers, retryAfter }: ApiError): readonly string[] {
  const fields = Object.entries(headers ?? {}).flat();
  return retryAfter === null
    ? fields
    : [...fields, "retry-after", String(Math.max(0, Math.ceil(retryAfter)))];
}

function respondFresh(request: GraphqlRequest, body: string, freshness: OperationFreshness): Awaitable<void> {
  // Of another media type it is another representation, which must not have the same strong tag (RFC 9110 §8.8.1).
  const tag = contentTag(request.form === "graphql" ? `${mediaTypes.graphql}\n${body}` : body);
  const control = cacheControl(freshness);
  const stated = request.header("if-none-match");
  if (stated === undefined || !matchesAny(stated, tag))
    return send(request, body, block(request, 200, control), ["etag", tag], null);
  const coding = codingOf(request, body);
  const fields = ["etag", coding === null ? tag : codedTag(tag, coding)];
  finish(request, request.endpoint.heads.block(304, null, control), fields, null, null);
}

function send(
  request: GraphqlRequest,
  body: string,
  head: HeadBlock,
  fields: readonly string[],
  errorCode: string | null,
): Awaitable<void> {
  const coding = codingOf(request, body);
  if (coding === null) return finish(request, head, fields, body, errorCode);
  return compress(body, coding).then((content) =>
    finish(request, head, codedFields(fields, coding), content, errorCode),
  );
}

function codedFields(fields: readonly string[], coding: Coding): readonly string[] {
  const [name, tag] = fields;
  const coded = name === "etag" && tag !== undefined ? ["etag", codedTag(tag, coding)] : fields;
  return ["content-encoding", coding, ...coded];
}

function codingOf(request: GraphqlRequest, body: string): Coding | null {
  return body.length > compressFrom ? acceptedCoding(request.header("accept-encoding")) : null;
}

function block({ endpoint, form }: GraphqlRequest, status: number, control: string): HeadBlock {
  return endpoint.heads.block(status, form === "graphql" ? mediaTypes.graphql : mediaTypes.json, control);
}

function finish(
  request: GraphqlRequest,
  head: HeadBlock,
  fields: readonly string[],
  body: Content | null,
  errorCode: string | null,
): void {
  const more = moreFields(request, errorCode);
  const all = more.length === 0 ? fields : [...fields, ...more];
  request.exchange.respond(head, all.length === 0 ? null : all, body);
  request.finished(head.status, errorCode);
}

/** Fields that depend on who asks, and on how it went. */
function moreFields(request: GraphqlRequest, errorCode: string | null): readonly string[] {
  const { quota, endpoint } = request;
  const shared = request.answerFields(endpoint.cors);
  if (quota === null && errorCode === null) return shared;
  return [
    ...shared,
    ...(quota === null ? none : rateLimitFields(quota)),
    ...(errorCode === null ? none : ["x-request-id", request.requestId]),
  ];
}

const none: readonly string[] = [];
