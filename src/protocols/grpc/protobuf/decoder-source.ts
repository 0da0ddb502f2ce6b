import { type Bind, isValue } from "./encoder-source.ts";
import { EnumShape } from "./enum-shape.ts";
import { type FieldShape, MessageShape } from "./message-shape.ts";
import { ProtoReader } from "./proto-reader.ts";
import type { Scalar } from "./scalar.ts";
import { LENGTH, wireTypeOf } from "./wire-types.ts";

/** The body of a function of `r`, a ProtoReader, and `m`, the value that is filled. */
export function decoderSource(shape: MessageShape, bind: Bind): string {
  const cases = shape.fields.map((field) => casesSource(field, shape, bind)).join("\n");
  return `while (r.at < r.end) { const t = r.tag(); switch (t) { ${cases}\n default: r.skip(t); } } return m;`;
}

/** An object literal with all fields, so that all values of the message have one shape. */
export function defaultsSource(shape: MessageShape, bind: Bind): string {
  const members = shape.fields.map((field) => `${keySource(field.name)}: ${defaultSource(field, bind)}`);
  return `{ ${members.join(", ")} }`;
}

/** In brackets `__proto__` is a key like any other, and every other one makes the literal slow. */
function keySource(name: string): string {
  return name === "__proto__" ? '["__proto__"]' : JSON.stringify(name);
}

function casesSource(field: FieldShape, shape: MessageShape, bind: Bind): string {
  const { type, number, cardinality } = field;
  const member = `m[${JSON.stringify(field.name)}]`;
  if (cardinality === "map") return caseSource(number, LENGTH, entrySource(field, member, bind));
  if (cardinality === "packed" || cardinality === "expanded") return listSource(field, member, bind);
  const { oneof } = field;
  const others = shape.fields.filter(
    (other) => oneof !== undefined && other !== field && other.oneof === oneof,
  );
  const forgotten = others.map(({ name }) => `m[${JSON.stringify(name)}] = undefined;`).join(" ");
  return caseSource(number, wireOf(type), `${singleSource(type, member, bind)} ${forgotten}`);
}

/** A message that comes twice is merged with what was there; of anything else the last one counts. */
function singleSource(type: FieldShape["type"], member: string, bind: Bind): string {
  if (!(type instanceof MessageShape)) return readSource(type, (value) => `${member} = ${value};`, bind);
  const codec = bind("c", type);
  return `{ const o = r.enter(); ${member} = ${codec}.read(r, ${member} ?? ${codec}.make()); r.leave(o); }`;
}

/** Lists of numbers are read packed and expanded, whichever they are declared as ("Packed Repeated Fields"). */
function listSource({ type, number }: FieldShape, member: string, bind: Bind): string {
  const wire = wireOf(type);
  const push = readSource(type, (value) => `${member}.push(${value});`, bind);
  const one = caseSource(number, wire, push);
  if (wire === LENGTH) return one;
  return `${one} ${caseSource(number, LENGTH, `{ const o = r.enter(); while (r.at < r.end) ${push} r.leave(o); }`)}`;
}

/** Of an entry whose key or value is not there, the default counts. */
function entrySource({ type, key = "string" }: FieldShape, member: string, bind: Bind): string {
  const keyTag = (1 << 3) | wireTypeOf(key);
  const valueTag = (2 << 3) | wireOf(type);
  const readKey = `if (u === ${keyTag}) k = r.${key}();`;
  const readValue = `else if (u === ${valueTag}) ${readSource(type, (value) => `x = ${value};`, bind)}`;
  return `{ const e = r.enter(); let k = ${scalarSource(key, bind)}; let x = ${entryDefault(type, bind)};
    while (r.at < r.end) { const u = r.tag(); ${readKey} ${readValue} else r.skip(u); }
    r.leave(e); ${member}.set(k, x); }`;
}

/** A statement that reads one value and does with it what `use` says. */
function readSource(type: FieldShape["type"], use: (value: string) => string, bind: Bind): string {
  if (typeof type === "string") return use(`r.${type}()`);
  if (type instanceof EnumShape) return use(`r.enum(${bind("e", type)})`);
  const codec = bind("c", type);
  const value = type instanceof MessageShape ? `${codec}.read(r, ${codec}.make())` : `${codec}.read(r)`;
  return `{ const o = r.enter(); ${use(value)} r.leave(o); }`;
}

function caseSource(number: number, wireType: number, statements: string): string {
  return `case ${((number << 3) | wireType) >>> 0}: ${statements} break;`;
}

function wireOf(type: FieldShape["type"]): number {
  if (typeof type === "string") return wireTypeOf(type);
  return type instanceof EnumShape ? wireTypeOf("int32") : LENGTH;
}

function defaultSource({ type, cardinality }: FieldShape, bind: Bind): string {
  if (cardinality === "map") return "new Map()";
  if (cardinality === "packed" || cardinality === "expanded") return "[]";
  if (cardinality === "explicit" || type instanceof MessageShape || isValue(type)) return "undefined";
  return singleDefault(type, bind);
}

function entryDefault(type: FieldShape["type"], bind: Bind): string {
  if (type instanceof MessageShape) return `${bind("c", type)}.make()`;
  if (isValue(type)) return `${bind("c", type)}.read(${bind("nothing", nothing)}())`;
  return singleDefault(type, bind);
}

function singleDefault(type: Scalar | EnumShape, bind: Bind): string {
  return type instanceof EnumShape ? JSON.stringify(type.toValue(0)) : scalarSource(type, bind);
}

function scalarSource(type: Scalar, bind: Bind): string {
  switch (type) {
    case "string":
      return '""';
    case "bytes":
      return bind("b", noBytes);
    case "bool":
      return "false";
    case "int64":
    case "uint64":
    case "sint64":
    case "fixed64":
    case "sfixed64":
      return "0n";
    default:
      return "0";
  }
}

/** The default of all bytes; there is nothing in it that anybody could change. */
const noBytes = new Uint8Array(0);

/** A message without content. */
function nothing(): ProtoReader {
  return new ProtoReader(noBytes);
}
