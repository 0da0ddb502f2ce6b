import { toSnakeCase } from "../../base/casing.ts";
import { ApiError, type Violation } from "../../errors/api-error.ts";
import type { Member } from "../../plan/codec/member.ts";
import type { Input } from "../../plan/codec/object-reader.ts";
import { Violations } from "../../plan/codec/violations.ts";
import type { OperationContract } from "../../plan/operation-contract.ts";
import { ProtoEnum, type ProtoMessage } from "./model/proto-file.ts";
import { RowTag } from "./operation-tag.ts";

/** A request message as it was read: by the members' names in the version at hand. */
type Message = Readonly<Record<string, unknown>>;

/** Makes inputs of an operation from its request messages. */
export class OperationInput {
  readonly #contract: OperationContract;
  readonly #isPatch: boolean;
  /** Enums and lists cannot be told from absent ones where they are empty. */
  readonly #enums: readonly string[];
  readonly #lists: readonly string[];
  /** Null for messages without one. */
  readonly #tag: RowTag | null;

  constructor(contract: OperationContract, message: ProtoMessage) {
    const isRead = ({ property }: { readonly property: string }): boolean =>
      contract.input.members.some(({ wire }) => wire === property);
    this.#contract = contract;
    this.#isPatch = contract.plan.operation.method === "update";
    this.#enums = enumNames(message, contract.input.members);
    this.#lists = message.fields
      .filter(({ cardinality }) => cardinality === "packed" || cardinality === "expanded")
      .filter(isRead)
      .map(({ property }) => property);
    const hasTag = message.fields.some((field) => field.property === "etag" && !isRead(field));
    this.#tag = hasTag ? new RowTag(contract) : null;
  }

  /** Throws INVALID_INPUT with every violated rule. */
  read(message: unknown): Input {
    const values = message as Record<string, unknown>;
    for (const name of this.#enums) if (values[name] === 0) values[name] = undefined;
    const stated = this.#isPatch ? this.#masked(values) : values;
    const input = this.#contract.input.read(stated, "fromTyped", values["id"]);
    const version = this.#tag?.versionOf(values["etag"]) ?? null;
    if (version !== null) input["ifVersion"] = version;
    return input;
  }

  /** Why no row can be as the message asks; null where one can. It is told to who may make the call. */
  refusal(message: unknown): ApiError | null {
    return this.#tag?.refusal(Reflect.get(Object(message), "etag")) ?? null;
  }

  /** What is changed (AIP-134): without a mask all that is set, with one what it names; then what is not set is cleared. */
  #masked(values: Message): Message {
    const mask = values["updateMask"];
    if (!Array.isArray(mask) || mask.length === 0) {
      const kept = Object.entries(values).filter(
        ([name, value]) => !(this.#lists.includes(name) && isEmpty(value)),
      );
      return Object.fromEntries(kept);
    }
    const { members } = this.#contract.input;
    if (mask.includes("*"))
      return Object.fromEntries(members.map(({ wire }) => [wire, values[wire] ?? null]));
    const violations = new Violations();
    const changed: Record<string, unknown> = {};
    for (const [index, path] of mask.entries()) {
      const member = members.find(({ wire }) => wire === path || toSnakeCase(wire) === path);
      if (member !== undefined) changed[member.wire] = values[member.wire] ?? null;
      else
        violations.add(
          `update_mask.paths[${index}]`,
          "unknownField",
          "is no field that can be changed",
          `Known are ${members.map(({ wire }) => toSnakeCase(wire)).join(", ")}`,
        );
    }
    if (violations.any) throw violations.toError();
    return changed;
  }
}

/** The members that are enums, whose 0 stands for none: it cannot be told from an absent one. */
export function enumNames({ fields }: ProtoMessage, members: readonly Member[]): readonly string[] {
  return fields
    .filter(
      ({ type, property }) => type instanceof ProtoEnum && members.some(({ wire }) => wire === property),
    )
    .map(({ property }) => property);
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The same error, with fields named as the .proto has them. */
export function inSnakeCase(error: ApiError): ApiError {
  if (error.violations === null) return error;
  const violations = error.violations.map((violation) => ({ ...violation, path: snakePath(violation) }));
  return new ApiError(error.code, error.kind, error.message, {
    http: error.http,
    violations,
    ...(error.details === null ? {} : { details: error.details }),
    ...(error.retryAfter === null ? {} : { retryAfter: error.retryAfter }),
  });
}

function snakePath({ path }: Violation): string {
  return path.replace(/[A-Za-z0-9]+/g, (name) => toSnakeCase(name));
}
