import { isUtf8 } from "node:buffer";
import type { Awaitable } from "../../base/awaitable.ts";
import { isPromise } from "../../base/awaitable.ts";
import { repeatedMember } from "../../base/repeated-member.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { Member } from "../../plan/codec/member.ts";
import type { Input } from "../../plan/codec/object-reader.ts";
import type { RestOperation } from "./operation.ts";
import { parseQuery, percentDecode, type QueryParameters } from "./query.ts";
import type { RestRequest } from "./request.ts";
import { readSelection, type Selection } from "./selection.ts";

/** What a request asks for: the operation's input, and how the answer shall be shaped. */
export interface Decoded {
  readonly input: Input;
  /** Null for the whole answer. */
  readonly selection: Selection | null;
}

/** Decodes a request without content: the address has it all. */
export function decodeQuery(request: RestRequest, operation: RestOperation): Decoded {
  const { query } = request.exchange.request;
  if (operation.resumes) return decodeResumed(request, operation);
  // The common case: the path says it all.
  if (query === null) return { input: readTexts(request, operation, {}), selection: null };
  const stated = parseQuery(query);
  const selection = takeSelection(stated, operation);
  return { input: readTexts(request, operation, { ...stated }), selection };
}

/** A browser that connects anew tells the last event that it got, and asks for the same address as at first. */
function decodeResumed(request: RestRequest, operation: RestOperation): Decoded {
  const stated = parseQuery(request.exchange.request.query ?? "");
  const last = request.header("last-event-id");
  const resumed = last === undefined || last === "" ? {} : { after: last };
  return { input: readTexts(request, operation, { ...stated, ...resumed }), selection: null };
}

/** Reads the input of query parameters, and of those in the path, which win. */
function readTexts(
  request: RestRequest,
  { parameters, contract }: RestOperation,
  stated: QueryParameters,
): Input {
  let id: string | undefined;
  for (let index = 0; index < parameters.length; index++) {
    const value = percentDecoded(request.parameters[index]);
    const member = parameters[index] ?? null;
    if (member === null) id = value;
    else stated[member.wire] = value;
  }
  return contract.input.read(stated, "fromText", id);
}

/** Decodes a request with JSON content. At once, where the content has arrived already. */
export function decodeBody(request: RestRequest, operation: RestOperation): Awaitable<Decoded> {
  const { body } = request.exchange;
  checkContentType(request, operation, body.length);
  const bytes = body.bytes();
  return isPromise(bytes)
    ? bytes.then((read) => decodeContent(request, operation, read))
    : decodeContent(request, operation, bytes);
}

function decodeContent(request: RestRequest, operation: RestOperation, bytes: Uint8Array): Decoded {
  const { query } = request.exchange.request;
  const stated = query === null ? {} : parseQuery(query);
  const selection = takeSelection(stated, operation);
  const [unknown] = Object.keys(stated);
  if (unknown !== undefined) throw unknownParameter(unknown);
  const source = parseContent(bytes, operation);
  let id: string | undefined;
  for (const [index, member] of operation.parameters.entries()) {
    const value = percentDecoded(request.parameters[index]);
    if (member === null) id = value;
    else source[member.wire] = fromParameter(member, value);
  }
  return { input: operation.contract.input.read(source, "fromJson", id), selection };
}

function takeSelection(stated: QueryParameters, operation: RestOperation): Selection | null {
  if (!operation.answersRows) return null;
  const { fields, include } = stated;
  if (fields === undefined && include === undefined) return null;
  delete stated["fields"];
  delete stated["include"];
  return readSelection(fields, include, operation);
}

/** JSON content must be an object; there may be none where the operation needs none. */
function parseContent(bytes: Uint8Array, { contract }: RestOperation): Record<string, unknown> {
  if (bytes.length === 0) {
    if (contract.input.members.every(({ field }) => field.optional || field.default !== undefined)) return {};
    throw invalidJson("The content is empty", "Send a JSON object");
  }
  if (!isUtf8(bytes)) throw invalidJson("The content is not UTF-8", "Send JSON in UTF-8 (RFC 8259)");
  const parsed = parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw invalidJson("The content must be a JSON object", 'Send an object such as {"name":"value"}');
  }
  return { ...parsed };
}

function parseJson(text: string): unknown {
  const value = parse(text);
  const repeated = repeatedMember(text, value);
  if (repeated === null) return value;
  throw frameworkError("INVALID_JSON", `${repeated}: is stated twice`, {
    violations: [
      {
        path: repeated,
        rule: "repeatedMember",
        message: "is stated twice",
        mend: "State it once (RFC 8259 §4)",
      },
    ],
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const position = /position (\d+)/.exec(thrown instanceof Error ? thrown.message : "")?.[1];
    const where = position === undefined ? "" : ` from character ${Number(position) + 1} on`;
    throw invalidJson(`The content is not JSON${where}`, "Send a JSON object (RFC 8259)");
  }
}

/** A path parameter among JSON members: text where JSON has text, else what the text stands for. */
function fromParameter({ field }: Member, text: string): unknown {
  const { kind } = field.shape;
  // JSON's numbers only, as in content: no hexadecimal, no spaces.
  if (kind === "int32" || kind === "float")
    return /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
  if (kind === "boolean") return text === "true" ? true : text === "false" ? false : text;
  return text;
}

/** RFC 9110 §15.5.16. A body without a type is refused too: guessing is what lets cross-site forms in. */
function checkContentType(request: RestRequest, operation: RestOperation, length: number | null): void {
  if (length === 0) return;
  const coding = request.header("content-encoding");
  if (coding !== undefined && coding.toLowerCase() !== "identity") {
    throw frameworkError(
      "UNSUPPORTED_MEDIA_TYPE",
      `Content-Encoding ${coding.slice(0, 40)} is not supported; send the content as it is`,
      {
        headers: { "accept-encoding": "identity" },
      },
    );
  }
  const type = request.header("content-type");
  if (type === "application/json") return;
  const accepted = operation.route.mediaTypes;
  if (type !== undefined && accepted.includes(mediaType(type))) return;
  throw frameworkError("UNSUPPORTED_MEDIA_TYPE", `Content-Type must be ${accepted.join(" or ")}`, {
    headers: operation.route.method === "PATCH" ? { "accept-patch": accepted.join(", ") } : {},
  });
}

/** The type, where its parameters are none or say UTF-8. */
function mediaType(field: string): string {
  const [type = "", ...parameters] = field.split(";").map((part) => part.trim().toLowerCase());
  const other = parameters.some((parameter) => parameter !== "" && !/^charset="?utf-?8"?$/.test(parameter));
  return other ? "" : type;
}

function percentDecoded(value: string | undefined): string {
  if (value === undefined) return "";
  return value.includes("%") ? percentDecode(value) : value;
}

function unknownParameter(name: string): Error {
  const path = name.slice(0, 64);
  return frameworkError("INVALID_INPUT", `${path}: is not known here`, {
    violations: [
      { path, rule: "unknownField", message: "is not known here", mend: "Leave it out of the query" },
    ],
  });
}

function invalidJson(message: string, mend: string): Error {
  return frameworkError("INVALID_JSON", message, { violations: [{ path: "", rule: "json", message, mend }] });
}
