import { ApiError } from "../../../errors/api-error.ts";
import { type ErrorKind, errorKinds } from "../../../errors/kinds.ts";
import { MessageCompiler } from "../protobuf/message-codec.ts";
import { type FieldShape, MessageShape } from "../protobuf/message-shape.ts";
import type { Scalar } from "../protobuf/scalar.ts";
import { duration } from "../protobuf/well-known.ts";

/** Messages of google/rpc/status.proto and google/rpc/error_details.proto, as far as they are sent. */
const any = new MessageShape("google.protobuf.Any", [
  single("typeUrl", 1, "string"),
  single("value", 2, "bytes"),
]);
export const status: MessageShape = new MessageShape("google.rpc.Status", [
  single("code", 1, "int32"),
  single("message", 2, "string"),
  { name: "details", number: 3, type: any, cardinality: "expanded" },
]);
export const errorInfo: MessageShape = new MessageShape("google.rpc.ErrorInfo", [
  single("reason", 1, "string"),
  single("domain", 2, "string"),
  { name: "metadata", number: 3, type: "string", key: "string", cardinality: "map" },
]);
const fieldViolation = new MessageShape("google.rpc.BadRequest.FieldViolation", [
  single("field", 1, "string"),
  single("description", 2, "string"),
  single("reason", 3, "string"),
]);
export const badRequest: MessageShape = new MessageShape("google.rpc.BadRequest", [
  { name: "fieldViolations", number: 1, type: fieldViolation, cardinality: "expanded" },
]);
const retryInfo = new MessageShape("google.rpc.RetryInfo", [
  { name: "retryDelay", number: 1, type: duration, cardinality: "explicit" },
]);

const resourceInfo = new MessageShape("google.rpc.ResourceInfo", [
  single("resourceType", 1, "string"),
  single("resourceName", 2, "string"),
  single("description", 4, "string"),
]);

const compiler = new MessageCompiler();

/** The number of an error's kind: `grpc-status`. */
export function statusCode(error: ApiError): number {
  return errorKinds[error.kind].grpc;
}

/** A detail of an error: the name of its message, and that encoded. */
export interface ErrorDetail {
  readonly type: string;
  readonly value: Uint8Array;
}

/** Where an error was met. */
export interface ErrorContext {
  /** Whose errors they are: the `domain` of ErrorInfo. */
  readonly domain: string;
  /** What the call is about: the name of a row's message, and the row's id. */
  readonly resource: { readonly resourceType: string; readonly resourceName: string } | null;
}

/** An error with details of its own, for services that are none of the API's operations. */
export class RpcError extends ApiError {
  readonly packed: readonly ErrorDetail[];

  constructor(kind: ErrorKind, message: string, packed: readonly ErrorDetail[] = []) {
    super(kind.toUpperCase(), kind, message);
    this.packed = packed;
  }
}

/**
 * `grpc-status-details-bin`: a google.rpc.Status with the error's details. Where they take more than `limit` bytes the last
 * ones are left out, violations first.
 */
export function encodeRichStatus(error: ApiError, context: ErrorContext, limit: number): Uint8Array {
  const encode = (details: readonly ErrorDetail[]): Uint8Array =>
    compiler.codec(status).encode({
      code: statusCode(error),
      message: error.message,
      details: details.map(({ type, value }) => ({ typeUrl: `type.googleapis.com/${type}`, value })),
    });
  let violations = error.violations?.length ?? 0;
  let encoded = encode(errorDetails(error, context));
  while (encoded.length > limit && violations > 0) {
    violations = Math.floor(violations / 2);
    encoded = encode(errorDetails(error, context, violations));
  }
  return encoded.length <= limit ? encoded : encode([]);
}

/**
 * The details of an error: ErrorInfo (the code as its reason, the API as its domain), BadRequest with every violated field,
 * RetryInfo where a retry may help after a known time, ResourceInfo where a row is not there.
 */
export function errorDetails(
  error: ApiError,
  { domain, resource }: ErrorContext,
  violations: number = Number.POSITIVE_INFINITY,
): readonly ErrorDetail[] {
  if (error instanceof RpcError) return error.packed;
  const details = [pack(errorInfo, { reason: error.code, domain, metadata: metadataOf(error) })];
  if (error.violations !== null && violations > 0)
    details.push(
      pack(badRequest, { fieldViolations: error.violations.slice(0, violations).map(toViolation) }),
    );
  if (error.retryAfter !== null)
    details.push(pack(retryInfo, { retryDelay: BigInt(Math.ceil(error.retryAfter * 1000)) * 1_000_000n }));
  if (error.kind === "not_found" && resource !== null)
    details.push(pack(resourceInfo, { ...resource, description: error.message }));
  return details;
}

/** The details of an error as text: ErrorInfo has no other values. */
function metadataOf({ details, id }: ApiError): ReadonlyMap<string, string> {
  const entries = Object.entries(details ?? {}).map(([key, value]): [string, string] => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return new Map(id === null ? entries : [...entries, ["id", id]]);
}

function toViolation({
  path,
  rule,
  message,
  mend,
}: NonNullable<ApiError["violations"]>[number]): Record<string, string> {
  return { field: path, description: `${message}. ${mend}`, reason: rule };
}

function pack(shape: MessageShape, value: Record<string, unknown>): ErrorDetail {
  return { type: shape.name, value: compiler.codec(shape).encode(value) };
}

function single(name: string, number: number, type: Scalar): FieldShape {
  return { name, number, type, cardinality: "implicit" };
}
