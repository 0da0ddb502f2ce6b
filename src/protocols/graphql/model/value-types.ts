import { upperFirst } from "../../../base/casing.ts";
import type { Codec } from "../../../plan/codec/codec.ts";
import type { RowCodecs } from "../../../plan/codec/compile.ts";
import { compileCodec } from "../../../plan/codec/compile.ts";
import type { Field, Fields } from "../../../schema/field.ts";
import { toJson } from "../../../schema/json-form.ts";
import { keyOf } from "../../../schema/key-of.ts";
import { deprecation } from "./deprecation.ts";
import type { RowTypes } from "./row-types.ts";
import { scalarOf, scalars } from "./scalars.ts";
import type { SchemaScope } from "./schema-scope.ts";
import {
  type ArgumentModel,
  type EnumModel,
  InputModel,
  nullable,
  ObjectModel,
  type TypeReference,
  type ValueBinding,
  withNull,
} from "./schema-types.ts";

/** What a type that is made for a field is called, and where it stands. */
export interface TypeOwner {
  /** `UserAddress`, for the field `address` of User. */
  readonly name: string;
  /** `User.address`. */
  readonly place: string;
}

/** A type, and what its values are made of. */
export interface OutputValue {
  readonly type: TypeReference;
  readonly value: ValueBinding;
}

/** Which types the fields of a definition have. Objects and enums have types of their own, named for the field. */
export class ValueTypes {
  readonly #scope: SchemaScope;
  readonly #rows: RowTypes;
  readonly #objects: OwnTypes<ObjectModel>;
  readonly #inputs: OwnTypes<InputModel>;
  /** Inputs and rows state the same fields, and share their enums. */
  readonly #enums: OwnTypes<EnumModel>;

  constructor(scope: SchemaScope, rows: RowTypes) {
    this.#scope = scope;
    this.#rows = rows;
    this.#objects = new OwnTypes();
    this.#inputs = new OwnTypes();
    this.#enums = new OwnTypes();
  }

  output(field: Field, owner: TypeOwner): OutputValue {
    const { type, value } = this.#output(field, owner);
    return { type: withNull(type, canBeNull(field)), value };
  }

  /** Absent where a default or null stands for it. */
  input(field: Field, owner: TypeOwner): TypeReference {
    return withNull(this.#input(field, owner), canBeNull(field));
  }

  /** A member of an input: `isPatch` where all may be absent, and none has a default. */
  argument(name: string, field: Field, owner: TypeOwner, isPatch = false): ArgumentModel {
    const type = this.input(field, owner);
    const usual = isPatch || field.default === undefined ? undefined : toJson(field, field.default);
    const isRequired = type.nonNull && usual === undefined && !isPatch;
    const { description, deprecated } = deprecation(field.description, field.deprecated, isRequired);
    return { name, type: withNull(type, isPatch || !type.nonNull), default: usual, description, deprecated };
  }

  /** Fills an object with the fields of an output, those that are never written left out. */
  fill(object: ObjectModel, fields: Fields, { name, place }: TypeOwner): void {
    for (const [each, field] of Object.entries(fields)) {
      if (field.writeOnly) continue;
      const key = keyOf(each, field);
      const { type, value } = this.output(field, {
        name: `${name}${upperFirst(key)}`,
        place: `${place}.${key}`,
      });
      const { description, deprecated } = deprecation(field.description, field.deprecated);
      const binding = { kind: "member", key, value, convert: null } as const;
      this.#scope.addField(
        object,
        { name: key, type, arguments: [], description, deprecated, binding },
        `${place}.${key}`,
      );
    }
  }

  #output(field: Field, owner: TypeOwner): OutputValue {
    const { shape } = field;
    switch (shape.kind) {
      case "list": {
        const { type, value } = this.output(shape.element, owner);
        const element = shape.element;
        return {
          type: { kind: "list", of: type, nonNull: true },
          value: { kind: "list", element: value, nullable: canBeNull(element) },
        };
      }
      case "row": {
        const { type, view } = this.#rows.of(shape.target().name);
        return { type: nullable(type), value: { kind: "row", type, view } };
      }
      case "object":
        return isWritten(shape.fields)
          ? this.#outputObject(field, shape.fields, owner)
          : { type: nullable(scalars.JSON), value: leaf(field) };
      case "enum":
        return { type: nullable(this.#enum(field, shape.values, owner)), value: leaf(field) };
      default:
        return { type: nullable(scalarOf[shape.kind]), value: leaf(field) };
    }
  }

  #outputObject(field: Field, fields: Fields, owner: TypeOwner): OutputValue {
    const type = this.#objects.get(owner.name, field, () => {
      const object = this.#scope.add(new ObjectModel(owner.name, field.description), owner.place);
      this.fill(object, fields, owner);
      return object;
    });
    return { type: nullable(type), value: { kind: "object", type } };
  }

  #input(field: Field, owner: TypeOwner): TypeReference {
    const { shape } = field;
    switch (shape.kind) {
      case "list":
        return { kind: "list", of: this.input(shape.element, owner), nonNull: true };
      case "row":
        throw new TypeError("A row is no input");
      case "object":
        return nullable(
          Object.keys(shape.fields).length === 0
            ? scalars.JSON
            : this.#inputObject(field, shape.fields, owner),
        );
      case "enum":
        return nullable(this.#enum(field, shape.values, owner));
      default:
        return nullable(scalarOf[shape.kind]);
    }
  }

  #inputObject(field: Field, fields: Fields, { name, place }: TypeOwner): InputModel {
    return this.#inputs.get(`${name}Input`, field, () => {
      const input = this.#scope.add(new InputModel(`${name}Input`, field.description), place);
      input.fields = Object.entries(fields).map(([each, member]) => {
        const key = keyOf(each, member);
        return this.argument(key, member, { name: `${name}${upperFirst(key)}`, place: `${place}.${key}` });
      });
      return input;
    });
  }

  #enum(field: Field, words: readonly string[], { name, place }: TypeOwner): EnumModel {
    return this.#enums.get(name, field, () =>
      this.#scope.add({ kind: "enum", name, description: field.description, words }, place),
    );
  }
}

/** A value of no types below it. Its codec is made when it is first asked for: a start needs none. */
export function leaf(field: Field): ValueBinding {
  let codec: Codec | null = null;
  return {
    kind: "leaf",
    get codec(): Codec {
      codec ??= compileCodec(field, noRows);
      return codec;
    },
  };
}

const noRows: RowCodecs = (resource) => {
  throw new TypeError(`A row of ${resource} is no leaf`);
};

export function canBeNull({ optional, nullable: mayBeNull }: Field): boolean {
  return optional || mayBeNull;
}

/** GraphQL has no types without fields. */
function isWritten(fields: Fields): boolean {
  return Object.values(fields).some(({ writeOnly }) => !writeOnly);
}

/** A type is made once. Another field that comes to the same name is a mistake, which making it tells of. */
class OwnTypes<T> {
  readonly #made = new Map<string, { readonly field: Field; readonly type: T }>();

  get(name: string, field: Field, make: () => T): T {
    const known = this.#made.get(name);
    if (known !== undefined && known.field === field) return known.type;
    const type = make();
    this.#made.set(name, { field, type });
    return type;
  }
}
