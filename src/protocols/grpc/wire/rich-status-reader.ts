import { MessageCompiler } from "../protobuf/message-codec.ts";
import type { MessageShape } from "../protobuf/message-shape.ts";
import { badRequest, type ErrorDetail, errorInfo, status } from "./rich-status.ts";

export type { ErrorDetail };

/** What ErrorInfo and BadRequest tell of an error. */
export interface ToldError {
  /** The error's code; empty where there is no ErrorInfo. */
  readonly reason: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly violations: readonly { readonly path: string; readonly rule: string }[];
}

const compiler = new MessageCompiler();

/** The details in a `grpc-status-details-bin`. */
export function readRichStatus(bytes: Uint8Array): readonly ErrorDetail[] {
  const { details } = compiler.codec(status).decode(bytes) as {
    readonly details: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
  };
  return details.map(({ typeUrl, value }) => ({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value }));
}

/** Of all details, those that fourfold's clients know. */
export function readErrorDetails(details: readonly ErrorDetail[]): ToldError {
  const info = read(details, errorInfo) as { reason: string; metadata: Map<string, string> } | null;
  const request = read(details, badRequest) as {
    fieldViolations: readonly { readonly field: string; readonly reason: string }[];
  } | null;
  return {
    reason: info?.reason ?? "",
    metadata: info?.metadata ?? new Map(),
    violations: (request?.fieldViolations ?? []).map(({ field, reason }) => ({ path: field, rule: reason })),
  };
}

function read(details: readonly ErrorDetail[], shape: MessageShape): unknown {
  const found = details.find(({ type }) => type === shape.name);
  return found === undefined ? null : compiler.codec(shape).decode(found.value);
}
