import type { ApiError } from "../../errors/api-error.ts";
import { errorMembers } from "../../errors/error-members.ts";
import { errorKinds } from "../../errors/kinds.ts";
import { HeadBlock } from "../../net/head-block.ts";
import { security } from "../http/fields.ts";

/** Content of an answer that tells an error. */
export interface ErrorContent {
  readonly contentType: string;
  readonly body: string;
}

/** `{"error":{...}}`: code, message, and what else there is to say. */
export function errorContent(error: ApiError): ErrorContent {
  return {
    contentType: "application/json",
    body: JSON.stringify({ error: { code: error.code, message: error.message, ...errorMembers(error) } }),
  };
}

/** The same as Problem Details (RFC 9457); `type` is the address of the error's page. */
export function problemContent(error: ApiError, instance: string | null): ErrorContent {
  const problem = {
    type: `/errors/${error.code}`,
    title: errorKinds[error.kind].message,
    status: error.http,
    detail: error.message,
    ...(instance === null ? {} : { instance }),
    code: error.code,
    ...errorMembers(error),
  };
  return { contentType: "application/problem+json", body: JSON.stringify(problem) };
}

/** Header fields of an error's answer, beside the type of its content. */
export function errorFields(error: ApiError): readonly string[] {
  const fields = Object.entries(error.headers ?? {}).flat();
  return error.retryAfter === null
    ? fields
    : [...fields, "retry-after", String(Math.max(0, Math.ceil(error.retryAfter)))];
}

const blocks = new Map<string, HeadBlock>();

/** The head of an error's answer. There are as many as statuses and types, so each is made once. */
export function errorBlock(status: number, contentType: string, vary: string): HeadBlock {
  const key = `${status} ${contentType} ${vary}`;
  const known = blocks.get(key);
  if (known !== undefined) return known;
  const block = new HeadBlock(status, [
    "content-type",
    contentType,
    "cache-control",
    "no-store",
    "vary",
    vary,
    ...security,
  ]);
  blocks.set(key, block);
  return block;
}
