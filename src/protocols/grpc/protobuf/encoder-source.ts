import { EnumShape } from "./enum-shape.ts";
import { type FieldShape, MessageShape, type ValueShape } from "./message-shape.ts";
import type { Scalar } from "./scalar.ts";
import { LENGTH, wireTypeOf } from "./wire-types.ts";

/** Gives the name under which generated source knows a value. */
export type Bind = (base: string, value: unknown) => string;

/** The body of a function of `w`, a ProtoWriter, and `m`, a value: writes the fields in the order of their numbers. */
export function encoderSource(shape: MessageShape, bind: Bind): string {
  const fields = [...shape.fields].sort((one, other) => one.number - other.number);
  return `let v; ${fields.map((field) => fieldSource(field, bind)).join("\n")}`;
}

function fieldSource(field: FieldShape, bind: Bind): string {
  const member =
    field.derive === undefined
      ? `v = m[${JSON.stringify(field.name)}];`
      : `v = ${bind("d", field.derive)}(m);`;
  const value =
    field.convert === undefined
      ? member
      : `${member} if (v !== undefined && v !== null) v = ${bind("f", field.convert)}(v);`;
  const { type, cardinality, number } = field;
  switch (cardinality) {
    case "map":
      return `${value} if (v !== undefined && v !== null) for (const [k, x] of v) { ${entrySource(field, bind)} }`;
    case "packed":
      return `${value} if (v !== undefined && v !== null && v.length > 0) { ${lengthSource(number, `for (const x of v) ${contentSource(type, "x", bind)}`)} }`;
    case "expanded":
      return `${value} if (v !== undefined && v !== null) for (const x of v) { ${taggedSource(number, type, "x", bind)} }`;
    case "explicit":
      return `${value} if (v !== undefined && v !== null) { ${taggedSource(number, type, "v", bind)} }`;
    case "implicit":
      return `${value} if (v !== undefined && ${isNotDefault(type, "v")}) { ${taggedSource(number, type, "v", bind)} }`;
  }
}

/** The tag, and the value with its length if it has one. */
function taggedSource(number: number, type: FieldShape["type"], value: string, bind: Bind): string {
  if (type instanceof MessageShape || isValue(type))
    return lengthSource(number, contentSource(type, value, bind));
  if (type === "string" && number < 16) return `w.tagged(${(number << 3) | LENGTH}, ${value});`;
  return `${tagSource(number, wireOf(type))} ${contentSource(type, value, bind)}`;
}

function contentSource(type: FieldShape["type"], value: string, bind: Bind): string {
  if (typeof type === "string") return `w.${type}(${value});`;
  if (type instanceof EnumShape) return `w.enum(${value}, ${bind("e", type)});`;
  return `${bind("c", type)}.write(w, ${value});`;
}

/** Keys and values are written even where they are defaults, as other implementations do. */
function entrySource({ number, type, key }: FieldShape, bind: Bind): string {
  const content = `${taggedSource(1, key ?? "string", "k", bind)} ${taggedSource(2, type, "x", bind)}`;
  return lengthSource(number, content);
}

/** Something after its length. The variable is of a block of its own, so that they can stand within each other. */
function lengthSource(number: number, content: string): string {
  return `{ ${tagSource(number, LENGTH)} const s${number} = w.begin(); ${content} w.end(s${number}); }`;
}

function tagSource(number: number, wireType: number): string {
  const tag = ((number << 3) | wireType) >>> 0;
  return tag < 0x80 ? `w.byte(${tag});` : `w.varint(${tag});`;
}

function wireOf(type: Scalar | EnumShape): number {
  return typeof type === "string" ? wireTypeOf(type) : wireTypeOf("int32");
}

function isNotDefault(type: FieldShape["type"], value: string): string {
  if (type instanceof EnumShape) {
    const first = type.toValue(0);
    const other = typeof first === "string" ? ` && ${value} !== ${JSON.stringify(first)}` : "";
    return `${value} !== 0${other}`;
  }
  switch (type) {
    case "string":
      return `${value} !== ""`;
    case "bytes":
      return `${value}.length !== 0`;
    case "bool":
      return `${value} !== false`;
    case "double":
    case "float":
      // -0 is not the default: its bits are not 0.
      return `!Object.is(${value}, 0)`;
    case "int64":
    case "uint64":
    case "sint64":
    case "fixed64":
    case "sfixed64":
      return `${value} !== 0n`;
    default:
      return typeof type === "string" ? `${value} !== 0` : "true";
  }
}

/** Is it one of the messages that handlers know as something else? */
export function isValue(type: FieldShape["type"]): type is ValueShape {
  return typeof type !== "string" && !(type instanceof EnumShape) && !(type instanceof MessageShape);
}
