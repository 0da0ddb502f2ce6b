import type { Awaitable } from "../../base/awaitable.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { Call } from "../../invoke/call.ts";
import type { HeadBlock } from "../../net/head-block.ts";
import { compress, compressFrom } from "../http/compress.ts";
import { acceptedCoding, type Coding } from "../http/content-coding.ts";
import { codedTag, contentTag, matchesAny, matchesStrongly } from "../http/entity-tags.ts";
import { rateLimitFields } from "../http/rate-limit.ts";
import { rowTag } from "./etag.ts";
import type { RestOperation } from "./operation.ts";
import { writeWithRelated } from "./related.ts";
import { codedContents, EmbeddingRepresentation, Representation } from "./representation.ts";
import type { RestRequest } from "./request.ts";
import type { Selection } from "./selection.ts";

/** Answers with what the operation gave. */
export function answer(
  request: RestRequest,
  operation: RestOperation,
  call: Call,
  value: unknown,
  selection: Selection | null,
): Awaitable<void> {
  if (operation.contract.write === null) return answerNothing(request, operation);
  if (selection !== null && selection.includes.length > 0) {
    return writeWithRelated(operation, call, value, selection).then((body) =>
      send(
        request,
        operation,
        call,
        value,
        new EmbeddingRepresentation(operation, body, operation.isSafe ? contentTag(body) : null),
      ),
    );
  }
  return send(request, operation, call, value, represent(operation, call, value, selection));
}

/** A cached answer was written when it was first asked for. */
function represent(
  operation: RestOperation,
  call: Call,
  value: unknown,
  selection: Selection | null,
): Representation {
  const { entry } = call;
  const { contract } = operation;
  if (entry === null || selection !== null) return write(operation, value, selection);
  const known = entry.encoding(contract, Representation);
  if (known !== null) return known;
  const made = write(operation, value, null);
  entry.attach(made);
  return made;
}

function write(operation: RestOperation, value: unknown, selection: Selection | null): Representation {
  const { contract } = operation;
  const body = writeBody(operation, value, selection);
  const version =
    contract.plan.output === "row"
      ? rowTag(contract.fingerprint, value, operation.hidesFields ? body : null)
      : null;
  if (version !== null) return new Representation(contract, body, version);
  return new Representation(contract, body, operation.tagsContent ? contentTag(body) : null);
}

function writeBody({ contract }: RestOperation, value: unknown, selection: Selection | null): string {
  if (contract.write === null) return "";
  if (selection === null) return contract.write(value);
  return contract.plan.output === "row"
    ? selection.writeRow(value)
    : contract.writeList(value, selection.writeRow);
}

function send(
  request: RestRequest,
  operation: RestOperation,
  call: Call,
  value: unknown,
  representation: Representation,
): Awaitable<void> {
  const { exchange } = request;
  const { tag } = representation;
  const coding =
    representation.bytes > compressFrom ? acceptedCoding(exchange.request.header("accept-encoding")) : null;
  if (operation.isSafe && tag !== null) {
    // RFC 9110 §13.2.2: before If-None-Match. Who reads parts of a whole must not mix two states of it.
    const expected = exchange.request.header("if-match");
    if (expected !== undefined && !matchesStrongly(expected, tag))
      throw frameworkError("PRECONDITION_FAILED");
    const stated = exchange.request.header("if-none-match");
    // RFC 9110 §15.4.5: with the ETag that a 200 would have, by which caches find what they are to freshen.
    if (stated !== undefined && matchesAny(stated, tag))
      return finish(
        request,
        blockFor(operation, representation, 304),
        coding === null ? representation.fields : ["etag", codedTag(tag, coding)],
        null,
      );
  }
  if (coding !== null) return sendCoded(request, operation, call, value, representation, coding);
  const isCreation = operation.route.status === 201;
  const fields = isCreation
    ? [...representation.fields, "location", locationOf(operation, value)]
    : representation.fields;
  finish(request, blockFor(operation, representation, operation.route.status), fields, representation.body);
}

async function sendCoded(
  request: RestRequest,
  operation: RestOperation,
  call: Call,
  value: unknown,
  representation: Representation,
  coding: Coding,
): Promise<void> {
  const content = await codedContent(call, representation, coding);
  const isCreation = operation.route.status === 201;
  const fields = ["content-encoding", coding];
  if (representation.tag !== null) fields.push("etag", codedTag(representation.tag, coding));
  if (isCreation) fields.push("location", locationOf(operation, value));
  finish(request, blockFor(operation, representation, operation.route.status), fields, content);
}

/** A cached answer is coded once, and kept so too. */
async function codedContent(
  { entry }: Call,
  representation: Representation,
  coding: Coding,
): Promise<Uint8Array> {
  const Content = codedContents[coding];
  const known = entry?.encoding(representation, Content);
  if (known !== null && known !== undefined) return known.content;
  const content = await compress(representation.body, coding);
  entry?.attach(new Content(representation, content));
  return content;
}

function answerNothing(request: RestRequest, operation: RestOperation): void {
  finish(request, operation.noContent, null, null);
}

function finish(
  request: RestRequest,
  block: HeadBlock,
  fields: readonly string[] | null,
  body: string | Uint8Array | null,
): void {
  const { exchange } = request;
  const { cors } = request.mount;
  const quota = request.call?.quota ?? null;
  const limited = quota === null ? fields : withFields(fields, rateLimitFields(quota));
  const isPlain = cors === null && request.answerHeaders === null;
  const all = isPlain ? limited : withFields(limited, request.answerFields(cors));
  exchange.respond(block, all, body);
  if (request.record !== null) request.finished(block.status, null);
}

function blockFor(
  operation: RestOperation,
  representation: Representation,
  status: 200 | 201 | 204 | 304,
): HeadBlock {
  const embeds = representation instanceof EmbeddingRepresentation;
  if (status === 200) return embeds ? operation.okEmbedded : operation.ok;
  if (status === 304) return embeds ? operation.notModifiedEmbedded : operation.notModified;
  return status === 201 ? operation.created : operation.noContent;
}

function withFields(fields: readonly string[] | null, more: readonly string[]): readonly string[] | null {
  if (more.length === 0) return fields;
  return fields === null ? more : [...fields, ...more];
}

function locationOf({ base, route }: RestOperation, row: unknown): string {
  return `${base}${route.template}/${encodeURIComponent(String((row as { readonly id?: unknown }).id))}`;
}
