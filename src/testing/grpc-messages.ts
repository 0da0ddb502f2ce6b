import type { Member } from "../plan/codec/member.ts";
import type { OperationContract } from "../plan/operation-contract.ts";
import type { OperationMethod, VersionModel } from "../protocols/grpc/model/build.ts";
import { ProtoEnum, type ProtoField, ProtoMessage } from "../protocols/grpc/model/proto-file.ts";
import { MessageTypes } from "../protocols/grpc/model/shapes.ts";
import type { MessageType } from "../protocols/grpc/rpc/message-type.ts";
import type { Field } from "../schema/field.ts";

type Values = Readonly<Record<string, unknown>>;

/** A test states what gRPC has no words for: an unknown member, a value of a wrong type, the absence of what is always there. */
export class NotExpressible extends Error {}

/** Values as handlers see them, as messages of one version, and back. */
export class VersionMessages {
  readonly #types = new MessageTypes();
  readonly #operations: readonly OperationMethod[];

  constructor({ operations }: VersionModel) {
    this.#operations = operations;
  }

  of(contract: OperationContract): OperationMethod {
    const found = this.#operations.find(
      (each) => each.contract === contract || each.contract.plan.id === contract.plan.id,
    );
    if (found === undefined) throw new NotExpressible(`${contract.plan.id} is no method`);
    return found;
  }

  request({ method }: OperationMethod): MessageType {
    return this.#types.type(method.input);
  }

  response({ method }: OperationMethod): MessageType {
    return this.#types.type(method.output);
  }

  /** The request message of an input. */
  toMessage({ contract, method }: OperationMethod, input: Values): Values {
    if (!(method.input instanceof ProtoMessage)) return {};
    const { members } = contract.input;
    const message: Record<string, unknown> = {};
    const stated = { ...input };
    if (contract.input.takesId) message["id"] = take(stated, "id");
    const isPatch = contract.plan.operation.method === "update";
    const version = take(stated, "ifVersion");
    if (version !== undefined) message["etag"] = `${contract.view?.writer.fingerprint}.${String(version)}`;
    const mask = members.filter(({ key }) => stated[key] !== undefined).map(({ wire }) => wire);
    const hasNull = isPatch && members.some(({ key }) => stated[key] === null);
    for (const member of members) {
      const value = memberValue(contract, member, take(stated, member.key));
      if (value !== undefined && value !== null) message[member.wire] = value;
      else if (value === null && !isPatch && !isNullByAbsence(member))
        throw new NotExpressible(`${member.wire} cannot be null`);
    }
    if (Object.keys(stated).length > 0)
      throw new NotExpressible(`${Object.keys(stated).join(", ")}: no such fields`);
    if (hasNull) message["updateMask"] = mask;
    requireStated(method.input, message, isPatch);
    return message;
  }
}

/** Whether absence means null. */
function isNullByAbsence({ field }: Member): boolean {
  return field.default === undefined && (field.optional || field.nullable);
}

function take(values: Record<string, unknown>, key: string): unknown {
  const value = values[key];
  delete values[key];
  return value;
}

/** A value in the version's own type; filters and orders in its names. */
function memberValue(contract: OperationContract, { wire, toVersion }: Member, value: unknown): unknown {
  const { view, plan } = contract;
  if (value === undefined || value === null) return value;
  if (toVersion !== null) return (toVersion as (value: unknown) => unknown)(value);
  if (view === null) return value;
  if (plan.operation.method === "batchCreate" && Array.isArray(value))
    return value.map((row: Values) => rowToBe(contract, view.rowReader.members, row));
  if (
    plan.operation.method === "list" &&
    (wire === "filter" || wire === "orderBy") &&
    typeof value === "string"
  )
    return value.replace(
      /"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*/g,
      (word) => view.members.find(({ key }) => key === word)?.wire ?? word,
    );
  return value;
}

function rowToBe(contract: OperationContract, members: readonly Member[], row: Values): Values {
  const rest = { ...row };
  const entries = members.map((member) => [
    member.wire,
    memberValue(contract, member, take(rest, member.key)) ?? undefined,
  ]);
  if (Object.keys(rest).length > 0)
    throw new NotExpressible(`${Object.keys(rest).join(", ")}: no such fields`);
  for (const { wire, field } of members) {
    const value = entries.find(([name]) => name === wire)?.[1];
    if (value === undefined && !field.optional && !field.nullable && field.default === undefined)
      throw new NotExpressible(`${wire} is always there`);
  }
  return Object.fromEntries(entries);
}

/** A field without presence is always there: that it is missing cannot be said. Nor can null stand in a list. */
function requireStated(message: ProtoMessage, values: Values, isPatch: boolean): void {
  for (const { property, cardinality } of message.fields) {
    const value = values[property];
    if (cardinality === "implicit" && value === undefined && property !== "etag" && property !== "id")
      throw new NotExpressible(`${property} is always there`);
    if (
      Array.isArray(value) &&
      (value.includes(null) || value.includes(undefined) || (isPatch && value.length === 0))
    )
      throw new NotExpressible(
        `${property} cannot have null in it, or be changed to an empty list without a mask`,
      );
  }
}

/** What a message shows of an answer: what is null is not there, nor what the version lacks. */
export function shownAnswer({ contract, method }: OperationMethod, value: unknown): unknown {
  const { plan, outputView } = contract;
  const { output } = plan.operation;
  if (output === null) return undefined;
  if (outputView !== null && plan.output !== "value") {
    const row = (each: unknown): unknown => shownRow(outputView.members, each);
    if (plan.output === "row") return value === null ? {} : row(value);
    const { items, ...rest } = value as { readonly items: readonly unknown[] };
    return { ...rest, items: items.map(row) };
  }
  const shown = shownValue(output, value);
  const isWhole =
    method.output instanceof ProtoMessage && method.output.fields.some(({ derive }) => derive !== undefined);
  return isWhole ? (shown === undefined ? {} : { value: shown }) : shown;
}

function shownRow(members: readonly Member[], row: unknown): unknown {
  const values = row as Values;
  const entries = members.flatMap(({ key, field, toVersion }) => {
    const value = values[key];
    if (field.writeOnly) return [];
    if (value === null || value === undefined) return field.shape.kind === "list" ? [[key, []]] : [];
    if (toVersion !== null) return [[key, (toVersion as (value: unknown) => unknown)(value)]];
    return [[key, shownValue(field, value)]];
  });
  return Object.fromEntries(entries);
}

function shownValue(field: Field, value: unknown): unknown {
  const { shape } = field;
  if (value === null || value === undefined) return shape.kind === "list" ? [] : undefined;
  if (shape.kind === "list" && Array.isArray(value))
    return value.map((item) => shownValue(shape.element, item));
  if (shape.kind !== "object" || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(shape.fields).map(([name, each]) => [name, shownValue(each, (value as Values)[name])]),
  );
}

/** A message as it was read, without the names of what is not there and without tags of rows. */
export function plainMessage(message: unknown, type: ProtoField["type"]): unknown {
  if (!(type instanceof ProtoMessage) || typeof message !== "object" || message === null) return message;
  if (type.wraps !== null) return message;
  const values = message as Values;
  const entries = type.fields.flatMap((field) => {
    const value = values[field.property];
    if (value === undefined || (field.derive !== undefined && field.name === "etag")) return [];
    const isEmpty = Array.isArray(value) && value.length === 0 && field.type instanceof ProtoEnum;
    if (isEmpty) return [[field.property, []]];
    return [
      [
        field.property,
        Array.isArray(value)
          ? value.map((item) => plainMessage(item, field.type))
          : plainMessage(value, field.type),
      ],
    ];
  });
  return Object.fromEntries(entries);
}
