import { ApiError } from "../errors/api-error.ts";
import { frameworkError } from "../errors/codes.ts";
import type { RequestHead } from "./exchange.ts";
import { HeadBlock } from "./head-block.ts";
import type { Refusal } from "./rendered-refusal.ts";

export type { Refusal } from "./rendered-refusal.ts";

/** What an answer of net's own says: header fields `[name, value, ...]` and content. */
export interface RenderedError {
  readonly fields: readonly string[];
  readonly body: string;
}

/** Renders the answers that net makes without asking a handler; `request` is null where the head was not understood. */
export type RenderError = (error: ApiError, request: RequestHead | null) => RenderedError;

/** `{"error":{"code","message"}}` as JSON. */
export function renderErrorAsJson(error: ApiError): RenderedError {
  const body = JSON.stringify({ error: { code: error.code, message: error.message } });
  return { fields: ["content-type", "application/json"], body };
}

/** Makes the answer that refuses a request. A renderer that throws is set aside for the plain one. */
export function refuse(error: ApiError, request: RequestHead | null, render: RenderError): Refusal {
  let rendered: RenderedError;
  try {
    rendered = render(error, request);
  } catch {
    rendered = renderErrorAsJson(error);
  }
  return {
    block: blockFor(error.http),
    fields: [...rendered.fields, ...demanded(error, rendered)],
    body: rendered.body,
  };
}

/** What was thrown while a request was read: our own errors as they are, anything else masked. */
export function toRefusable(thrown: unknown): ApiError {
  return thrown instanceof ApiError ? thrown : frameworkError("INTERNAL", undefined, { cause: thrown });
}

/** Fields that HTTP demands with the status, where the renderer has not written them itself. */
function demanded(error: ApiError, rendered: RenderedError): string[] {
  const fields: string[] = [];
  const add = (name: string, value: string): void => {
    if (!rendered.fields.includes(name)) fields.push(name, value);
  };
  if (error.retryAfter !== null) add("retry-after", String(Math.ceil(error.retryAfter)));
  for (const [name, value] of Object.entries(error.headers ?? {})) add(name.toLowerCase(), value);
  return fields;
}

const blocks = new Map<number, HeadBlock>();

function blockFor(status: number): HeadBlock {
  let block = blocks.get(status);
  if (block === undefined) {
    block = new HeadBlock(status);
    blocks.set(status, block);
  }
  return block;
}
