import type { AnyResource } from "../../../define/definition.ts";
import { type FrameworkCode, frameworkErrors } from "../../../errors/codes.ts";
import type { AnyErrorDefinition, DetailTypes } from "../../../errors/error.ts";
import { type ErrorKind, errorKinds } from "../../../errors/kinds.ts";
import type { ApiPlan } from "../../../plan/api-plan.ts";
import { notFound } from "../../../plan/table.ts";

/** An error that callers may get, whoever raises it. */
export interface ErrorEntry {
  readonly code: string;
  readonly kind: ErrorKind;
  /** HTTP status. */
  readonly http: number;
  readonly message: string;
  /** What the application says of it. */
  readonly description: string | null;
  readonly details: DetailTypes;
  /** The application's own, or one that every API of fourfold has. */
  readonly source: "application" | "framework";
}

/** An error that the application defined. */
export function applicationError(definition: AnyErrorDefinition): ErrorEntry {
  const { code, kind, message, description, details } = definition;
  return { code, kind, http: errorKinds[kind].http, message, description, details, source: "application" };
}

/** One of fourfold's own. */
export function frameworkEntry(code: FrameworkCode): ErrorEntry {
  return { code, ...frameworkErrors[code], description: null, details: {}, source: "framework" };
}

/** The error for an id without a row. */
export function notFoundError(resource: AnyResource): ErrorEntry {
  const declared = resource.definition.notFound;
  if (declared !== null) return applicationError(declared);
  const { code, kind, http, message } = notFound(resource);
  const description = `There is no ${resource.name} with this id, or you may not see it.`;
  return { code, kind, http, message, description, details: {}, source: "application" };
}

/** Every error that the API may answer with: its own first, each part in order of the codes. */
export function errorCatalog(plan: ApiPlan): readonly ErrorEntry[] {
  const own = [
    ...plan.errors.map(applicationError),
    ...(plan.api.options.resources ?? []).filter(hasItems).map(notFoundError),
  ];
  const ownCodes = new Set(own.map(({ code }) => code));
  const framework = Object.keys(frameworkErrors).filter(isFrameworkCode).map(frameworkEntry);
  return [
    ...byCode([...new Map(own.map((entry) => [entry.code, entry])).values()]),
    ...byCode(framework.filter(({ code }) => !ownCodes.has(code))),
  ];
}

function byCode(entries: readonly ErrorEntry[]): readonly ErrorEntry[] {
  return entries.toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

/** A resource whose rows can be asked for by id. */
function hasItems(resource: AnyResource): boolean {
  const { get, update, replace, delete: remove, batchGet } = resource.definition.operations;
  return [get, update, replace, remove, batchGet].some((operation) => operation !== null);
}

function isFrameworkCode(code: string): code is FrameworkCode {
  return Object.hasOwn(frameworkErrors, code);
}
