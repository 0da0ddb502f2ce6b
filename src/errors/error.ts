import type { JsonObject, JsonValue } from "../base/json.ts";
import type { Typed, TypeOf } from "../base/typed.ts";
import { ApiError } from "./api-error.ts";
import { type ErrorKind, errorKinds } from "./kinds.ts";

/** Names to the types of an error's details. */
export type DetailTypes = Readonly<Record<string, Typed<unknown>>>;

/** The values of an error's details. */
export type DetailsOf<D extends DetailTypes> = { readonly [K in keyof D]: TypeOf<D[K]> };

/** What `error()` is told. */
export interface ErrorOptions<D extends DetailTypes> {
  readonly kind: ErrorKind;
  /** For callers; the kind's own message when there is none. */
  readonly message?: string;
  /** What it is and what to do about it, for the page at its `type` URL. */
  readonly description?: string;
  readonly details?: D;
}

/** An error of the application's own, whatever its details. */
export interface AnyErrorDefinition {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly description: string | null;
  readonly details: DetailTypes;
  /** Makes one of details whose types are not known here: for fourfold's own use. */
  readonly withDetails: (details: Readonly<Record<string, unknown>>) => ApiError;
}

/** An error of the application's own: called, it makes one to throw. */
export interface ErrorDefinition<D extends DetailTypes = DetailTypes> extends AnyErrorDefinition {
  (...details: keyof D extends never ? [] : [details: DetailsOf<D>]): ApiError;
  readonly details: D;
}

/**
 * Defines an error of the application: a code in UPPER_SNAKE_CASE (at most 63 characters, AIP-193) of one of the kinds.
 * Throw what calling it returns: `throw EmailTaken({ email })`.
 */
export function error<const D extends DetailTypes = Record<never, never>>(
  code: string,
  options: ErrorOptions<D>,
): ErrorDefinition<D> {
  const message = options.message ?? errorKinds[options.kind]?.message ?? code;
  const create = (details?: Readonly<Record<string, unknown>>): ApiError =>
    new ApiError(code, options.kind, message, details === undefined ? {} : { details: toJson(details) });
  return Object.freeze(
    Object.assign(create, {
      code,
      kind: options.kind,
      message,
      description: options.description ?? null,
      details: options.details ?? ({} as D),
      withDetails: create,
    }),
  );
}

/** Details as JSON states them: a Date by RFC 3339, 64-bit integers as strings (RFC 8259 §6 on interoperable numbers). */
function toJson(details: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, toJsonValue(value)]));
}

function toJsonValue(value: unknown): JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return btoa(String.fromCharCode(...value));
  if (Array.isArray(value)) return value.map(toJsonValue);
  if (typeof value === "object") return toJson({ ...value });
  return null;
}
