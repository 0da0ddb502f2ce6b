import type { JsonObject } from "../base/json.ts";
import type { Field, FieldShape } from "./field.ts";
import type { DecimalShape, Int64Shape, NumberShape, StringShape } from "./shape.ts";

/** The sorts that hold no other fields. */
export type PlainShape = Exclude<FieldShape, { readonly kind: "list" | "object" | "row" }>;

/**
 * The schema of a sort that holds no other fields, as callers send or get it. A `description` in it is a rule that JSON
 * Schema cannot state.
 */
export function plainSchema(shape: PlainShape, field: Field, use: "input" | "output"): JsonObject {
  switch (shape.kind) {
    case "string":
    case "text":
    case "email":
    case "url":
      return textSchema(shape, field, use);
    case "id":
      // Text that is no UUID is no mistake of form: there is just no row under it.
      return { type: "string", minLength: 1, maxLength: 200 };
    case "uuid":
    case "ref":
      return { type: "string", format: "uuid" };
    case "int32":
    case "float":
      return numberSchema(shape);
    case "int64":
      return int64Schema(shape);
    case "decimal":
      return decimalSchema(shape);
    case "boolean":
      return { type: "boolean" };
    case "bytes":
      return bytesSchema(shape.maxLength);
    case "timestamp":
      return { type: "string", format: "date-time" };
    case "date":
      return { type: "string", format: "date" };
    case "enum":
      return { type: "string", enum: [...shape.values] };
    case "json":
      return {
        type: ["string", "number", "boolean", "array", "object"],
        description: `Any JSON value, nested at most ${shape.maxDepth} deep.`,
      };
  }
}

const formats: Readonly<Record<StringShape["kind"], TextFormat>> = {
  // \x is the one escape for control characters that regular expressions of every language have.
  string: { pattern: "^[^\\x00-\\x1f\\x7f]*$" },
  text: { pattern: "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]*$" },
  email: { format: "email", maxLength: 254 },
  url: { format: "uri", pattern: "^[Hh][Tt][Tt][Pp][Ss]?://" },
};

interface TextFormat {
  readonly format?: string;
  readonly maxLength?: number;
  /** What the reader refuses beside. */
  readonly pattern?: string;
}

function textSchema(shape: StringShape, field: Field, use: "input" | "output"): JsonObject {
  const { kind, minLength, maxLength, pattern } = shape;
  const { pattern: usual, ...format } = formats[kind];
  const patterns = [
    ...(pattern === null ? [] : portablePattern(pattern)),
    // Whoever gets text has nothing from knowing which characters could not be sent.
    ...(use === "input" && usual !== undefined ? [usual] : []),
  ];
  const longest = kind === "email" ? Math.min(maxLength ?? 254, 254) : maxLength;
  return {
    type: "string",
    ...format,
    ...(field.sensitive && field.writeOnly ? { format: "password" } : {}),
    ...(minLength === null ? {} : { minLength }),
    ...(longest === null ? {} : { maxLength: longest }),
    ...(patterns.length > 1
      ? { allOf: patterns.map((each) => ({ pattern: each })) }
      : patterns.map((pattern) => ({ pattern }))[0]),
  };
}

/** A pattern in JSON Schema's dialect: matching anywhere, with no flags but Unicode. None for one that cannot be put so. */
function portablePattern({ source, flags }: RegExp): readonly string[] {
  if (/[ims]/.test(flags)) return [];
  try {
    return [new RegExp(`^(?:${source})$`, "u").source];
  } catch {
    return [];
  }
}

function numberSchema({ kind, minimum, maximum }: NumberShape): JsonObject {
  if (kind === "int32") {
    return {
      type: "integer",
      format: "int32",
      minimum: Math.max(minimum ?? -2147483648, -2147483648),
      maximum: Math.min(maximum ?? 2147483647, 2147483647),
    };
  }
  return {
    type: "number",
    format: "double",
    ...(minimum === null ? {} : { minimum }),
    ...(maximum === null ? {} : { maximum }),
  };
}

/** As a string (RFC 8259 §6): few JSON parsers keep 64 bits. */
function int64Schema({ minimum, maximum }: Int64Shape): JsonObject {
  return { type: "string", format: "int64", pattern: "^-?[0-9]{1,19}$", ...bounds(minimum, maximum) };
}

function decimalSchema({ precision, scale, minimum, maximum }: DecimalShape): JsonObject {
  const whole = precision - scale;
  const digits = whole === 0 ? "0+" : `0*[0-9]{1,${whole}}`;
  const fraction = scale === 0 ? "" : `(?:\\.[0-9]{1,${scale}})?`;
  return {
    type: "string",
    format: "decimal",
    pattern: `^-?${digits}${fraction}$`,
    ...bounds(minimum, maximum),
  };
}

/** Bounds of numbers that are strings in JSON: `minimum` and `maximum` do not apply to those. */
function bounds(minimum: bigint | string | null, maximum: bigint | string | null): JsonObject {
  if (minimum !== null && maximum !== null) return { description: `From ${minimum} to ${maximum}.` };
  if (minimum !== null) return { description: `At least ${minimum}.` };
  return maximum === null ? {} : { description: `At most ${maximum}.` };
}

function bytesSchema(maxLength: number | null): JsonObject {
  return {
    type: "string",
    contentEncoding: "base64",
    // Both alphabets of RFC 4648, padded or not; 4n+1 characters stand for no whole number of octets.
    pattern: "^(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2,3})?={0,2}$",
    ...(maxLength === null
      ? {}
      : { maxLength: 4 * Math.ceil(maxLength / 3), description: `At most ${maxLength} bytes.` }),
  };
}
