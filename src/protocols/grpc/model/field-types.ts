import { toUpperSnakeCase, upperFirst } from "../../../base/casing.ts";
import type { Field, Fields } from "../../../schema/field.ts";
import { keyOf } from "../../../schema/key-of.ts";
import { value as jsonValue } from "../protobuf/json-value.ts";
import type { Scalar } from "../protobuf/scalar.ts";
import { timestamp } from "../protobuf/well-known.ts";
import { documentation } from "./documentation.ts";
import type { FieldPlan } from "./field-plan.ts";
import type { PackageTypes, ValuePlan } from "./package-types.ts";
import type { ProtoEnum, ProtoField, ProtoMessage } from "./proto-file.ts";

/** What a type that is made for a field is called, and where it stands. */
export interface FieldOwner {
  /** `UserAddress`, for the field `address` of User. */
  readonly name: string;
  /** What it would have been called before the field was renamed. */
  readonly formerly: string | null;
  /** `User.address`. */
  readonly place: string;
}

/** A field's type: that of its values, or of the items of its list. */
export type FieldType = Pick<FieldPlan, "type" | "isList">;

/** Which types the fields of a definition have in a .proto. Objects and enums have types of their own, named for the first field. */
export class FieldTypes {
  readonly #types: PackageTypes;
  readonly #rows: (resource: string) => ProtoMessage;
  /** Requests and rows state the same fields, and share their types. */
  readonly #made: Map<string, { readonly field: Field; readonly type: ProtoMessage | ProtoEnum }>;

  /** `rows`: the message of a resource's rows. */
  constructor(types: PackageTypes, rows: (resource: string) => ProtoMessage) {
    this.#types = types;
    this.#rows = rows;
    this.#made = new Map();
  }

  of(field: Field, owner: FieldOwner): FieldType {
    const { shape } = field;
    if (shape.kind !== "list") return { type: this.#single(field, owner) };
    const { element } = shape;
    const inner = this.of(element, owner);
    // Neither lists nor nothing can be an item: a message stands in between.
    const type = inner.isList === true ? this.#wrapper(field, owner, inner.type, "values") : inner.type;
    const canBeNull = (element.optional || element.nullable) && element.shape.kind !== "json";
    return { type: canBeNull ? this.#wrapper(field, owner, type, "value") : type, isList: true };
  }

  /** The fields of an object that stands in an input, an output or a row. */
  object(fields: Fields, owner: FieldOwner): readonly FieldPlan[] {
    return Object.entries(fields).map(([name, field]) => {
      const key = keyOf(name, field);
      return {
        name: key,
        ...this.of(field, memberOf(owner, key)),
        isOptional: field.optional || field.nullable || field.default !== undefined,
        // Objects are the same in inputs and outputs, and what is in inputs only is not written.
        ...(field.writeOnly ? { derive: nothing } : {}),
        description: documentation(field.description, field.deprecated),
        isDeprecated: field.deprecated !== false,
      };
    });
  }

  #single(field: Field, owner: FieldOwner): ProtoField["type"] {
    const { shape } = field;
    switch (shape.kind) {
      case "list":
        throw new TypeError("A list has a type for its items");
      case "object":
        return this.#own(field, owner.name, () => this.#object(shape.fields, owner, field.description));
      case "row":
        return this.#rows(shape.target().name);
      case "enum":
        return this.#own(field, owner.name, () => this.#enum(shape.values, owner));
      case "timestamp":
        return timestamp;
      case "json":
        return jsonValue;
      default:
        return scalars[shape.kind];
    }
  }

  #object(fields: Fields, owner: FieldOwner, description: string | null): ProtoMessage {
    const { name, place, formerly } = owner;
    const message = this.#types.message(name, { place, description });
    this.#types.fill(message, this.object(fields, owner), { place, formerly });
    return message;
  }

  /** A message for items that are lists or may be null. */
  #wrapper(
    list: Field,
    { name, place, formerly }: FieldOwner,
    type: ProtoField["type"],
    content: "values" | "value",
  ): ProtoField["type"] {
    const isList = content === "values";
    const ending = `${"List".repeat(depthOf(list) - 1)}${isList ? "" : "Item"}`;
    const wrapper = `${name}${ending}`;
    return this.#own(list, wrapper, () => {
      const message = this.#types.message(wrapper, { place });
      message.wraps = content;
      this.#types.fill(message, [{ name: content, type, isList, isOptional: !isList }], {
        place,
        formerly: formerly === null ? null : `${formerly}${ending}`,
      });
      return message;
    });
  }

  #enum(words: readonly string[], { name, formerly, place }: FieldOwner): ProtoEnum {
    const values = words.map(
      (word): ValuePlan => ({
        name: valueName(name, word),
        value: word,
        formerly: formerly === null ? null : valueName(formerly, word),
      }),
    );
    return this.#types.enum(name, { none: valueName(name, "unspecified"), values }, { place, formerly });
  }

  /** A type is made once. Another field that comes to the same name is a mistake, which making it tells of. */
  #own(field: Field, name: string, make: () => ProtoMessage | ProtoEnum): ProtoMessage | ProtoEnum {
    const known = this.#made.get(name);
    if (known !== undefined && known.field === field) return known.type;
    const type = make();
    this.#made.set(name, { field, type });
    return type;
  }
}

/** The owner of a member's types. */
export function memberOf({ name, formerly, place }: FieldOwner, member: string): FieldOwner {
  return {
    name: `${name}${upperFirst(member)}`,
    formerly: formerly === null ? null : `${formerly}${upperFirst(member)}`,
    place: `${place}.${member}`,
  };
}

/** What a field was called before, as rows have it. */
export function formerKey(field: Field): string | null {
  return field.formerly === null ? null : keyOf(field.formerly, field);
}

function valueName(owner: string, word: string): string {
  return `${toUpperSnakeCase(owner)}_${toUpperSnakeCase(word)}`;
}

/** How many lists a field is. */
function depthOf({ shape }: Field): number {
  return shape.kind === "list" ? 1 + depthOf(shape.element) : 0;
}

function nothing(): undefined {
  return undefined;
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
