import { toSnakeCase, toUpperSnakeCase, upperFirst } from "../../../base/casing.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import type { Field } from "../../../schema/field.ts";
import { keyOf } from "../../../schema/key-of.ts";
import { value as jsonValue } from "../protobuf/json-value.ts";
import type { Cardinality, ValueShape } from "../protobuf/message-shape.ts";
import type { Scalar } from "../protobuf/scalar.ts";
import { timestamp } from "../protobuf/well-known.ts";
import type { Numbering } from "./numbering.ts";
import { ProtoEnum, type ProtoField, ProtoMessage } from "./proto-file.ts";

/** What a field of a message is made of. */
export interface FieldPlan {
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
}

/** Makes the messages and enums of one package. */
export class PackageTypes {
  readonly package: string;
  readonly messages: ProtoMessage[];
  readonly enums: ProtoEnum[];
  readonly #numbering: Numbering;
  readonly #rows: (resource: string) => ProtoMessage;
  /** Of nested objects and enums, so that all that take or answer one field share its type. */
  readonly #byField: Map<Field, ProtoMessage | ProtoEnum>;

  /** `rows`: the message of a resource's rows. */
  constructor(packageName: string, numbering: Numbering, rows: (resource: string) => ProtoMessage) {
    this.package = packageName;
    this.messages = [];
    this.enums = [];
    this.#numbering = numbering;
    this.#rows = rows;
    this.#byField = new Map();
  }

  /** Declares a message; its fields are given by {@link fill}. */
  declare(name: string, description: string | null = null): ProtoMessage {
    const message = new ProtoMessage(`${this.package}.${name}`, description);
    this.messages.push(message);
    return message;
  }

  fill(message: ProtoMessage, plans: readonly FieldPlan[]): void {
    const numbers = this.#numbering.message(message.fullName);
    const fields = plans.map((plan) => {
      const name = toSnakeCase(plan.name);
      const type = `${plan.isList === true ? "repeated " : ""}${typeName(plan.type)}`;
      const formerly = plan.formerly == null ? null : toSnakeCase(plan.formerly);
      return toField(plan, name, numbers.number(name, type, formerly));
    });
    message.fields = fields.sort((one, other) => one.number - other.number);
    message.reserved = numbers.reserved;
  }

  /** The type of a field's values. `owner` names the types that are made for it: `UserAddress`. */
  typeOf(field: Field, owner: string): Pick<FieldPlan, "type" | "isList"> {
    const { shape } = field;
    if (shape.kind === "list") {
      const { type, isList } = this.typeOf(shape.element, owner);
      // A list of lists needs a message in between.
      return { type: isList === true ? this.#listMessage(type, owner) : type, isList: true };
    }
    return { type: this.#singleType(field, owner) };
  }

  /** Fields of an object. */
  objectFields(fields: Readonly<Record<string, Field>>, owner: string): readonly FieldPlan[] {
    return Object.entries(fields).map(([name, field]) => {
      const key = keyOf(name, field);
      return {
        name: key,
        ...this.typeOf(field, `${owner}${upperFirst(key)}`),
        isOptional: field.optional || field.nullable,
        description: field.description,
        isDeprecated: field.deprecated !== false,
        formerly: field.formerly,
      };
    });
  }

  /** Fields of rows as a version has them. */
  rowFields({ members, resource }: ResourceView): readonly FieldPlan[] {
    return members
      .filter(({ field }) => !field.writeOnly)
      .map(({ key, wire, field, hidesAsNull, toVersion }) => ({
        name: wire,
        property: key,
        ...this.typeOf(field, `${resource.name}${upperFirst(wire)}`),
        isOptional: field.optional || field.nullable || hidesAsNull,
        convert: toVersion,
        description: field.description,
        isDeprecated: field.deprecated !== false,
        formerly: field.formerly,
      }));
  }

  #singleType(field: Field, owner: string): ProtoField["type"] {
    const { shape } = field;
    switch (shape.kind) {
      case "list":
        throw new TypeError("A list has a type for its items");
      case "object":
        return this.#made(field, () => this.#objectMessage(shape.fields, owner, field.description));
      case "row":
        return this.#rows(shape.target().name);
      case "enum":
        return this.#made(field, () => this.#enum(shape.values, owner));
      case "timestamp":
        return timestamp;
      case "json":
        return jsonValue;
      default:
        return scalars[shape.kind];
    }
  }

  #objectMessage(
    fields: Readonly<Record<string, Field>>,
    owner: string,
    description: string | null,
  ): ProtoMessage {
    const message = this.declare(owner, description);
    this.fill(message, this.objectFields(fields, owner));
    return message;
  }

  #listMessage(type: ProtoField["type"], owner: string): ProtoMessage {
    const message = this.declare(`${owner}List`);
    this.fill(message, [{ name: "values", type, isList: true }]);
    return message;
  }

  #enum(values: readonly string[], owner: string): ProtoEnum {
    const fullName = `${this.package}.${owner}`;
    const numbers = this.#numbering.enum(fullName);
    const prefix = toUpperSnakeCase(owner);
    const named = values.map((value) => {
      const name = `${prefix}_${toUpperSnakeCase(value).replace(/[^A-Z0-9_]/g, "_")}`;
      return { name, number: numbers.number(name, ""), value };
    });
    const all = [{ name: `${prefix}_UNSPECIFIED`, number: 0, value: null }, ...named];
    const made = new ProtoEnum(fullName, all, numbers.reserved);
    this.enums.push(made);
    return made;
  }

  #made<T extends ProtoMessage | ProtoEnum>(field: Field, make: () => T): T {
    const known = this.#byField.get(field) as T | undefined;
    if (known !== undefined) return known;
    const made = make();
    this.#byField.set(field, made);
    return made;
  }
}

const scalars = {
  string: "string",
  text: "string",
  email: "string",
  url: "string",
  id: "string",
  uuid: "string",
  ref: "string",
  int32: "int32",
  int64: "int64",
  float: "double",
  decimal: "string",
  date: "string",
  boolean: "bool",
  bytes: "bytes",
} as const satisfies Record<string, Scalar>;

function toField(plan: FieldPlan, name: string, number: number): ProtoField {
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

/** As .proto has it. */
export function typeName(type: ProtoField["type"]): string {
  if (typeof type === "string") return type;
  return type instanceof ProtoEnum || type instanceof ProtoMessage ? type.fullName : type.name;
}
