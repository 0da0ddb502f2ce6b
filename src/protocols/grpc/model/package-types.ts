import { toSnakeCase } from "../../../base/casing.ts";
import type { Mistakes } from "../../../plan/mistakes.ts";
import { type FieldPlan, lockedType, nameWithin, toProtoField } from "./field-plan.ts";
import type { Numbering } from "./numbering.ts";
import { ProtoEnum, type ProtoEnumValue, ProtoMessage } from "./proto-file.ts";
import { ProtoNames } from "./proto-names.ts";

/** Where a type comes from. */
export interface TypeOrigin {
  /** Of the definition: `User.address`. */
  readonly place: string;
  readonly description?: string | null;
  /** The name that the type had before. */
  readonly formerly?: string | null;
}

/** The values of an enum that is to be. */
export interface EnumPlan {
  /** The name of the value 0, which stands for none. */
  readonly none: string;
  readonly values: readonly ValuePlan[];
}

export interface ValuePlan {
  readonly name: string;
  /** As handlers know it. */
  readonly value: string;
  readonly formerly: string | null;
}

/** The messages and enums of one package, their names and numbers. */
export class PackageTypes {
  readonly package: string;
  readonly messages: ProtoMessage[];
  readonly enums: ProtoEnum[];
  /** Messages, enums, their values and services are siblings. */
  readonly names: ProtoNames;
  readonly #numbering: Numbering;
  readonly #mistakes: Mistakes;

  constructor(packageName: string, numbering: Numbering, mistakes: Mistakes) {
    this.package = packageName;
    this.messages = [];
    this.enums = [];
    this.names = new ProtoNames(mistakes);
    this.#numbering = numbering;
    this.#mistakes = mistakes;
  }

  /** Declares a message; its fields are given by {@link fill}. */
  message(name: string, { place, description = null }: TypeOrigin): ProtoMessage {
    const message = new ProtoMessage(`${this.package}.${name}`, description);
    if (this.names.add(name, `the message ${name}`, place)) this.messages.push(message);
    return message;
  }

  fill(message: ProtoMessage, plans: readonly FieldPlan[], { place, formerly = null }: TypeOrigin): void {
    const names = new ProtoNames(this.#mistakes);
    for (const { name, isOwn } of plans) if (isOwn === true) names.reserve(toSnakeCase(name));
    const entries = plans.map((plan) => {
      const name = toSnakeCase(plan.name);
      if (plan.isOwn !== true) names.add(name, `the field ${name}`, `${place}.${plan.name}`);
      const before = plan.formerly == null ? null : toSnakeCase(plan.formerly);
      return { plan, name, type: lockedType(plan, this.package), formerly: before };
    });
    const numbers = this.#numbering.message(nameWithin(this.package, message.fullName), formerly, entries);
    message.fields = entries
      .map(({ plan, name }) => toProtoField(plan, name, numbers.number(name)))
      .sort((one, other) => one.number - other.number);
    message.reserved = numbers.reserved;
  }

  enum(name: string, { none, values }: EnumPlan, { place, formerly = null }: TypeOrigin): ProtoEnum {
    const isFree = this.names.add(name, `the enum ${name}`, place);
    this.#nameValues(none, values, place);
    const entries = values.map((value) => ({ ...value, type: "" }));
    const numbers = this.#numbering.enum(name, formerly, entries);
    const numbered = values.map(
      (each): ProtoEnumValue => ({ name: each.name, number: numbers.number(each.name), value: each.value }),
    );
    const all = [{ name: none, number: 0, value: null }, ...numbered].sort((a, b) => a.number - b.number);
    const made = new ProtoEnum(`${this.package}.${name}`, all, numbers.reserved);
    if (isFree) this.enums.push(made);
    return made;
  }

  /** Values are named beside their enum. Compilers also refuse those that are one in Pascal case, as some languages have them. */
  #nameValues(none: string, values: readonly ValuePlan[], place: string): void {
    const inPascalCase = new ProtoNames(this.#mistakes);
    for (const { name, value } of [{ name: none, value: null }, ...values]) {
      const at = value === null ? place : `${place}, "${value}"`;
      const pascal = toPascalCase(name);
      if (this.names.add(name, `the enum value ${name}`, at))
        inPascalCase.add(pascal, `the enum value ${name} (${pascal} in some languages)`, at);
    }
  }
}

function toPascalCase(name: string): string {
  return `_${name.toLowerCase()}`.replace(/_+([a-z0-9]?)/g, (_, first: string) => first.toUpperCase());
}
