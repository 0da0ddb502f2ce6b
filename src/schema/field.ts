import type { Typed } from "../base/typed.ts";
import type { AnyErrorDefinition } from "../errors/error.ts";
import type {
  BytesShape,
  DecimalShape,
  EnumShape,
  Int64Shape,
  JsonShape,
  NumberShape,
  Plain,
  RefShape,
  RowShape,
  StringShape,
} from "./shape.ts";

/** The sort of a field and its rules, as data: what validators, readers, writers, contracts and stores are compiled from. */
export type FieldShape =
  | StringShape
  | Plain<"id">
  | Plain<"uuid">
  | NumberShape
  | Int64Shape
  | DecimalShape
  | Plain<"boolean">
  | BytesShape
  | Plain<"timestamp">
  | Plain<"date">
  | EnumShape
  | JsonShape
  | ListShape
  | ObjectShape
  | RefShape
  | RowShape;

/** The name of each sort. */
export type FieldKind = FieldShape["kind"];

export interface ListShape {
  readonly kind: "list";
  readonly element: Field;
  readonly minItems: number | null;
  readonly maxItems: number | null;
  readonly uniqueItems: boolean;
}

export interface ObjectShape {
  readonly kind: "object";
  readonly fields: Fields;
}

/** What a field's static type depends on beside the type of its values. */
export type FieldFlag = "optional" | "nullable" | "default" | "readOnly" | "writeOnly" | "id" | "ref";

/**
 * The type of a field: which values it takes, and how it behaves in inputs, outputs and rows. Made by `t`. `T` is the
 * type of its values as handlers see them, `F` the union of its flags; both exist for the type checker only.
 */
export class Field<out T = unknown, out F extends FieldFlag = FieldFlag> implements Typed<T> {
  declare readonly "~type"?: T;
  declare readonly "~flags"?: F;
  readonly shape: FieldShape;
  /** May be left out; a row then holds null. Null in an input means the same as absent, save in a merge patch. */
  readonly optional: boolean;
  /** May be null, but must be stated. */
  readonly nullable: boolean;
  /** Taken when an input leaves the field out; `undefined` where there is none. */
  readonly default: unknown;
  /** In outputs only (AIP-203 OUTPUT_ONLY): ignored in inputs. */
  readonly readOnly: boolean;
  /** In inputs only (AIP-203 INPUT_ONLY): stored, never sent. */
  readonly writeOnly: boolean;
  /** Redacted in logs and traces, and never repeated in an error. */
  readonly sensitive: boolean;
  /** No two rows share a value; an error definition says what the second one gets. */
  readonly unique: boolean | AnyErrorDefinition;
  /** Has an index, for filters and orders. */
  readonly indexed: boolean;
  /** Why it is deprecated, or `true`. */
  readonly deprecated: boolean | string;
  readonly description: string | null;
  /** The name that the field had before: the migration renames its column, and its number in the .proto stays. */
  readonly formerly: string | null;
  /** Names of options that `t` does not know: reported when the definition is compiled. */
  readonly unknownOptions: readonly string[];

  constructor(shape: FieldShape, options: FieldOptions, unknownOptions: readonly string[]) {
    this.shape = shape;
    this.optional = options.optional === true;
    this.nullable = options.nullable === true;
    this.default = options.default;
    this.readOnly = options.readOnly === true || shape.kind === "id";
    this.writeOnly = options.writeOnly === true;
    this.sensitive = options.sensitive === true;
    this.unique = options.unique ?? false;
    this.indexed = options.indexed === true;
    this.deprecated = options.deprecated ?? false;
    this.description = options.description ?? null;
    this.formerly = options.formerly ?? null;
    this.unknownOptions = unknownOptions;
  }
}

/** What every field may be told. */
export interface FieldOptions {
  readonly optional?: boolean;
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly readOnly?: boolean;
  readonly writeOnly?: boolean;
  readonly sensitive?: boolean;
  readonly unique?: boolean | AnyErrorDefinition;
  readonly indexed?: boolean;
  readonly deprecated?: boolean | string;
  readonly description?: string;
  readonly formerly?: string;
}

/** Names to fields: the fields of a resource, an input or an object. */
export type Fields = Readonly<Record<string, Field>>;

/** The flags that options switch on, for static types. */
export type FlagsOf<O> = {
  [K in keyof O]: K extends "default"
    ? "default"
    : K extends "optional" | "nullable" | "readOnly" | "writeOnly"
      ? O[K] extends true
        ? K
        : never
      : never;
}[keyof O];
