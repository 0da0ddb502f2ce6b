import type { Cardinality, ValueShape } from "../protobuf/message-shape.ts";
import { ProtoEnum, type ProtoField, ProtoMessage } from "./proto-file.ts";

/** What a field of a message is made of. */
export interface FieldPlan {
  /** In lower camel case, as JSON has it. */
  readonly name: string;
  /** Of the values that are read and written; the name where it is not stated. */
  readonly property?: string;
  readonly type: ProtoField["type"];
  readonly isList?: boolean;
  /** Absence is told from the default value. */
  readonly isOptional?: boolean;
  readonly convert?: ((value: never) => unknown) | null;
  readonly derive?: (message: never) => unknown;
  readonly description?: string | null;
  readonly isDeprecated?: boolean;
  /** The name that it had before. */
  readonly formerly?: string | null;
  /** Added here, and not of the definition. */
  readonly isOwn?: boolean;
}

/** The field itself, once its name in snake case and its number are known. */
export function toProtoField(plan: FieldPlan, name: string, number: number): ProtoField {
  return {
    name,
    jsonName: plan.name,
    property: plan.property ?? plan.name,
    number,
    type: plan.type,
    cardinality: cardinalityOf(plan),
    ...(plan.convert == null ? {} : { convert: plan.convert }),
    ...(plan.derive === undefined ? {} : { derive: plan.derive }),
    description: plan.description ?? null,
    isDeprecated: plan.isDeprecated ?? false,
  };
}

/** As the lock has it: types of the same package without its name. */
export function lockedType({ type, isList }: FieldPlan, packageName: string): string {
  return `${isList === true ? "repeated " : ""}${nameWithin(packageName, typeName(type))}`;
}

/** The full name of a type, or the scalar. */
export function typeName(type: ProtoField["type"]): string {
  if (typeof type === "string") return type;
  return type instanceof ProtoEnum || type instanceof ProtoMessage ? type.fullName : type.name;
}

/** A full name without its package, if it is this one. */
export function nameWithin(packageName: string, fullName: string): string {
  return fullName.startsWith(`${packageName}.`) ? fullName.slice(packageName.length + 1) : fullName;
}

function cardinalityOf({ type, isList, isOptional }: FieldPlan): Cardinality {
  if (isList === true) return isPackable(type) ? "packed" : "expanded";
  return isOptional === true || isMessage(type) ? "explicit" : "implicit";
}

function isPackable(type: ProtoField["type"]): boolean {
  return type instanceof ProtoEnum || (typeof type === "string" && type !== "string" && type !== "bytes");
}

function isMessage(type: ProtoField["type"]): type is ProtoMessage | ValueShape {
  return typeof type !== "string" && !(type instanceof ProtoEnum);
}
