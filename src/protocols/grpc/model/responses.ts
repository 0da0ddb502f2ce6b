import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { Field } from "../../../schema/field.ts";
import type { ValueShape } from "../protobuf/message-shape.ts";
import { empty } from "../protobuf/well-known.ts";
import type { FieldPlan } from "./field-plan.ts";
import { type FieldTypes, memberOf } from "./field-types.ts";
import { type MethodName, placeOf } from "./method-name.ts";
import type { PackageTypes } from "./package-types.ts";
import type { ProtoMessage } from "./proto-file.ts";

/** The response messages of a version's methods. */
export class Responses {
  readonly #types: PackageTypes;
  readonly #fields: FieldTypes;
  readonly #rows: (resource: string) => ProtoMessage;

  constructor(types: PackageTypes, fields: FieldTypes, rows: (resource: string) => ProtoMessage) {
    this.#types = types;
    this.#fields = fields;
    this.#rows = rows;
  }

  of(contract: OperationContract, method: MethodName): ProtoMessage | ValueShape {
    const { output } = contract.plan.operation;
    if (output === null) return empty;
    const { shape } = output;
    if (contract.plan.output === "row" && shape.kind === "row" && !canBeNull(output))
      return this.#rows(shape.target().name);
    const name = `${method}Response`;
    const place = placeOf(contract);
    const message = this.#types.message(name, { place });
    const plans = this.#plans(contract, output, name);
    this.#types.fill(message, plans, { place: `${contract.plan.operation.name}.output` });
    return message;
  }

  #plans(contract: OperationContract, output: Field, name: string): readonly FieldPlan[] {
    const { shape } = output;
    const owner = { name, formerly: null, place: `${contract.plan.operation.name}.output` };
    if (contract.outputView !== null && contract.plan.output === "page")
      return [this.#items(contract), nextPageToken];
    if (contract.outputView !== null && contract.plan.output === "rows") return [this.#items(contract)];
    if (shape.kind === "object" && !canBeNull(output)) return this.#fields.object(shape.fields, owner);
    const type = this.#fields.of(output, memberOf(owner, "value"));
    return [{ name: "value", derive: whole, ...type, isOptional: canBeNull(output) }];
  }

  #items({ outputView }: OperationContract): FieldPlan {
    if (outputView === null) throw new TypeError("Only rows come in lists of their own");
    const { plural, resource } = outputView;
    return { name: plural, property: "items", type: this.#rows(resource.name), isList: true };
  }
}

/** The answer itself is the value of its message's one field. */
function whole(answer: unknown): unknown {
  return answer;
}

function canBeNull({ nullable, optional }: Field): boolean {
  return nullable || optional;
}

const nextPageToken: FieldPlan = {
  name: "nextPageToken",
  type: "string",
  isOwn: true,
  description: "Empty on the last page.",
};
