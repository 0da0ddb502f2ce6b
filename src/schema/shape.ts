/** A sort without rules of its own. */
export interface Plain<K extends string> {
  readonly kind: K;
}

/** Text; lengths count Unicode code points. */
export interface StringShape {
  readonly kind: "string" | "text" | "email" | "url";
  readonly minLength: number | null;
  readonly maxLength: number | null;
  readonly pattern: RegExp | null;
}

/** `int32`: whole numbers of 32 bits, signed. `float`: finite IEEE 754 doubles. */
export interface NumberShape {
  readonly kind: "int32" | "float";
  readonly minimum: number | null;
  readonly maximum: number | null;
}

/** Whole numbers of 64 bits, signed: `bigint` in handlers, a string in JSON. */
export interface Int64Shape {
  readonly kind: "int64";
  readonly minimum: bigint | null;
  readonly maximum: bigint | null;
}

/** Exact decimal numbers, as strings: at most `precision` digits in all (18 at most), `scale` of them after the point. */
export interface DecimalShape {
  readonly kind: "decimal";
  readonly precision: number;
  readonly scale: number;
  readonly minimum: string | null;
  readonly maximum: string | null;
}

/** Octets: `Uint8Array` in handlers, base64 in JSON; lengths in bytes. */
export interface BytesShape {
  readonly kind: "bytes";
  readonly maxLength: number | null;
}

export interface EnumShape {
  readonly kind: "enum";
  readonly values: readonly string[];
}

/** Any JSON value, nested at most `maxDepth` deep. */
export interface JsonShape {
  readonly kind: "json";
  readonly maxDepth: number;
}

/** A reference to a row of another resource; its value is that row's id, under the field's name and `Id`. */
export interface RefShape {
  readonly kind: "ref";
  /** The resource, behind a function since it may be defined later, or its name. */
  readonly target: string | (() => ResourceName);
  /** The name under which the other resource lists the rows that refer to it. */
  readonly inverse: string | null;
  readonly onDelete: "restrict" | "cascade" | "setNull";
}

/** A whole row of a resource, in outputs. */
export interface RowShape {
  readonly kind: "row";
  readonly target: () => ResourceName;
}

/** As much of a resource as fields need. */
export interface ResourceName {
  readonly name: string;
}
