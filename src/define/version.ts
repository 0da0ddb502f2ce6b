import type { Field } from "../schema/field.ts";
import type { AnyOperation, AnyResource, FieldReference } from "./definition.ts";

/** How an older contract states a field that is of another type today. */
export interface Conversion {
  /** The field's type in that version. */
  readonly type: Field;
  /** From today's value to that version's. */
  readonly toVersion: (value: never) => unknown;
  /** From that version's value to today's. */
  readonly fromVersion: (value: never) => unknown;
}

/** What a version may be told: how its contract differs from today's definition. */
export interface VersionOptions {
  /** Fields that have another name there. */
  readonly renamed?: readonly (readonly [FieldReference, string])[];
  /** Fields, operations and resources that are not there. */
  readonly absent?: readonly (FieldReference | AnyOperation | AnyResource)[];
  /** Fields that have another type there. */
  readonly converted?: readonly (readonly [FieldReference, Conversion])[];
  /** Since when it is deprecated: a date, `2026-11-01` or with a time. Sent as `Deprecation` (RFC 9745). */
  readonly deprecated?: string;
  /** When it ends. Sent as `Sunset` (RFC 8594). */
  readonly sunset?: string;
  /** Where to read about the change; sent as `Link` with `rel="deprecation"`. */
  readonly link?: string;
  readonly description?: string;
}

/** A version of the contract. */
export interface Version {
  readonly kind: "version";
  readonly name: string;
  readonly options: VersionOptions;
}

/** Defines a version. Handlers know only today's definition; a version says how its contract differs from it. */
export function version(name: string, options: VersionOptions = {}): Version {
  return Object.freeze({ kind: "version", name, options });
}
