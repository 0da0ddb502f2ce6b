import { toWords, upperFirst } from "../../../base/casing.ts";
import type { AnyErrorDefinition, DetailTypes } from "../../../errors/error.ts";
import { jsonCodec } from "../../../plan/codec/plain.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import { notFoundCode } from "../../../plan/table.ts";
import { Field } from "../../../schema/field.ts";
import { scalars } from "./scalars.ts";
import type { SchemaScope } from "./schema-scope.ts";
import {
  type FieldModel,
  InterfaceModel,
  nonNull,
  nullable,
  ObjectModel,
  type PayloadModel,
  type TypeReference,
  type ValueBinding,
  withNull,
} from "./schema-types.ts";
import type { OutputValue, ValueTypes } from "./value-types.ts";

/** An error that an operation may tell in its answer. */
interface TypedError {
  readonly code: string;
  readonly description: string | null;
  readonly details: DetailTypes;
}

/** Answers that are a union: of what an operation answers, and of the application's errors that it may raise. */
export class Payloads {
  readonly #scope: SchemaScope;
  readonly #values: ValueTypes;
  readonly #errors: Map<string, ObjectModel>;
  #interface: InterfaceModel | null;

  constructor(scope: SchemaScope, values: ValueTypes) {
    this.#scope = scope;
    this.#values = values;
    this.#errors = new Map();
    this.#interface = null;
  }

  /** `name`: of the operation's field; `output`: what it answers without errors. Null where it raises none of its own. */
  of(contract: OperationContract, name: string, output: OutputValue, place: string): PayloadModel | null {
    const errors = errorsOf(contract).map((error) => [error.code, this.#error(error)] as const);
    if (errors.length === 0) return null;
    const success = this.#success(name, output, place);
    const union = this.#scope.add(
      {
        kind: "union",
        name: `${upperFirst(name)}Payload`,
        description: null,
        types: [success, ...new Set(errors.map(([, type]) => type))],
      },
      place,
    );
    return { union, success, errors: new Map(errors) };
  }

  /** Only objects can be in a union. */
  #success(name: string, { type, value }: OutputValue, place: string): ObjectModel {
    if (value.kind === "row" || value.kind === "object") return value.type;
    const success = this.#scope.add(new ObjectModel(`${upperFirst(name)}Success`), place);
    this.#scope.addOwnField(success, field("value", type, { kind: "whole", value }));
    return success;
  }

  #error({ code, description, details }: TypedError): ObjectModel {
    const known = this.#errors.get(code);
    if (known !== undefined) return known;
    const place = `error ${code}`;
    const object = this.#scope.add(new ObjectModel(typeNameOf(code), description), place);
    this.#errors.set(code, object);
    object.interfaces.push(this.#errorInterface());
    for (const part of ["code", "message"] as const)
      this.#scope.addOwnField(object, field(part, nonNull(scalars.String), { kind: "errorPart", part }));
    for (const [name, type] of Object.entries(details)) {
      const owner = { name: `${object.name}${upperFirst(name)}`, place: `${place}.${name}` };
      const { type: reference, value } = this.#detail(type, owner);
      // Whoever raises an error may leave details out.
      const binding = { kind: "errorPart", part: "detail", name, value } as const;
      this.#scope.addField(object, field(name, withNull(reference, true), binding), owner.place);
    }
    return object;
  }

  #detail(type: unknown, owner: { readonly name: string; readonly place: string }): OutputValue {
    if (!(type instanceof Field) || !isPlain(type)) return { type: nullable(scalars.JSON), value: json };
    const { type: reference, value } = this.#values.output(type, owner);
    return { type: reference, value: asJson(value) };
  }

  #errorInterface(): InterfaceModel {
    this.#interface ??= this.#scope.addOwn(
      new InterfaceModel("Error", "What an operation may fail by.", [
        field("code", nonNull(scalars.String), null),
        field("message", nonNull(scalars.String), null),
      ]),
    );
    return this.#interface;
  }
}

/** The application's errors that an operation may raise, those that its resource names included. */
function errorsOf({ plan }: OperationContract): readonly TypedError[] {
  const { on, scope, method, handle, errors } = plan.operation;
  const found: TypedError[] = [...errors];
  if (on === null) return found;
  const writes =
    method === "create" || method === "update" || method === "replace" || method === "batchCreate";
  if (writes && handle === null)
    for (const { unique } of Object.values(on.definition.fields))
      if (typeof unique !== "boolean") found.push(unique);
  if (scope === "item" || method === "batchGet") found.push(notFoundError(on));
  const byCode = new Map(found.map((error) => [error.code, error]));
  return [...byCode.values()];
}

function notFoundError(on: NonNullable<OperationContract["plan"]["operation"]["on"]>): TypedError {
  const declared: AnyErrorDefinition | null = on.definition.notFound;
  return declared ?? { code: notFoundCode(on), description: `${toWords(on.name)} not found.`, details: {} };
}

/** `EMAIL_TAKEN` to `EmailTakenError`. */
function typeNameOf(code: string): string {
  const words = code.split("_").map((word) => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`);
  return `${words.at(-1) === "Error" ? words.slice(0, -1).join("") : words.join("")}Error`;
}

/** Details are JSON by the time that they are told. */
const json: ValueBinding = {
  kind: "leaf",
  codec: jsonCodec({ kind: "json", maxDepth: Number.POSITIVE_INFINITY }),
};

function asJson(value: ValueBinding): ValueBinding {
  return value.kind === "list" ? { ...value, element: asJson(value.element) } : json;
}

function isPlain({ shape }: Field): boolean {
  if (shape.kind === "list") return isPlain(shape.element);
  return shape.kind !== "object" && shape.kind !== "row";
}

function field<B extends FieldModel["binding"] | null>(
  name: string,
  type: TypeReference,
  binding: B,
): Omit<FieldModel, "binding"> & { readonly binding: B } {
  return { name, type, arguments: [], description: null, deprecated: null, binding };
}
