import { upperFirst } from "../../../base/casing.ts";
import type { Member } from "../../../plan/codec/member.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import { fieldMask } from "../protobuf/well-known.ts";
import { documentation } from "./documentation.ts";
import type { FieldPlan } from "./field-plan.ts";
import { type FieldTypes, memberOf } from "./field-types.ts";
import { type MethodName, placeOf } from "./method-name.ts";
import type { PackageTypes } from "./package-types.ts";
import type { ProtoMessage } from "./proto-file.ts";
import { hasTags, memberPlan } from "./rows.ts";

/** The request messages of a version's methods. */
export class Requests {
  readonly #types: PackageTypes;
  readonly #fields: FieldTypes;
  /** What a batch of rows to be consists of, by resource: the requests that make a single one (AIP-233). */
  readonly #creating: Map<string, ProtoMessage>;

  constructor(types: PackageTypes, fields: FieldTypes) {
    this.#types = types;
    this.#fields = fields;
    this.#creating = new Map();
  }

  of(contract: OperationContract, method: MethodName): ProtoMessage {
    const { operation } = contract.plan;
    const name = `${method}Request`;
    const message = this.#types.message(name, { place: placeOf(contract) });
    if (operation.method === "create" && operation.on !== null)
      this.#creating.set(operation.on.name, message);
    const place = operation.method === null ? placeOfInput(contract) : (operation.on?.name ?? name);
    this.#types.fill(message, this.#plans(contract, name), { place });
    return message;
  }

  #plans(contract: OperationContract, name: string): readonly FieldPlan[] {
    const { input, messages, plan } = contract;
    const { method, on } = plan.operation;
    const isPatch = method === "update";
    const fields: FieldPlan[] = input.takesId ? [{ name: "id", type: "string", isOwn: true }] : [];
    for (const member of messages?.members ?? input.members)
      fields.push({ ...this.#member(contract, member, name), isOptional: isPatch || canBeAbsent(member) });
    if (isPatch) fields.push(updateMask);
    const changesRow = isPatch || method === "replace" || method === "delete";
    if (changesRow && hasTags(on?.definition.stored ?? false, fields)) fields.push(tag);
    return fields;
  }

  #member(contract: OperationContract, member: Member, name: string): FieldPlan {
    const { plan, view } = contract;
    const { wire, field } = member;
    const { method } = plan.operation;
    if (method === "batchCreate" && view !== null)
      return { name: wire, type: this.#creatingRow(view), isList: true };
    if (view !== null && (method === "create" || method === "update" || method === "replace"))
      return memberPlan(member, view, this.#fields);
    const owner = { name, formerly: null, place: placeOfInput(contract) };
    return {
      name: wire,
      ...this.#fields.of(field, memberOf(owner, wire)),
      description: documentation(field.description, field.deprecated),
      isDeprecated: field.deprecated !== false,
    };
  }

  /** Resources may be made in batches, and not one by one. */
  #creatingRow(view: ResourceView): ProtoMessage {
    const { name } = view.resource;
    const known = this.#creating.get(name);
    if (known !== undefined) return known;
    const message = this.#types.message(`Create${upperFirst(name)}Request`, { place: name });
    const fields = view.rowReader.members.map((member) => ({
      ...memberPlan(member, view, this.#fields),
      isOptional: canBeAbsent(member),
    }));
    this.#types.fill(message, fields, { place: name });
    this.#creating.set(name, message);
    return message;
  }
}

/** Where the definition has what callers send: one input, or the fields of each message. */
function placeOfInput({ plan, messages }: OperationContract): string {
  return `${plan.operation.name}.${messages === null ? "input" : "messages"}`;
}

function canBeAbsent({ field }: Member): boolean {
  return field.optional || field.nullable || field.default !== undefined;
}

const updateMask: FieldPlan = {
  name: "updateMask",
  type: fieldMask,
  isOwn: true,
  description:
    "What is changed; a field that is named here and not set is cleared. Without it, the fields that are set are changed.",
};

const tag: FieldPlan = {
  name: "etag",
  type: "string",
  isOwn: true,
  description: "Of the row as it was seen: the call is ABORTED if the row has changed since.",
};
