import { toSnakeCase } from "../../base/casing.ts";
import { ApiError, type Violation } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { Member } from "../../plan/codec/member.ts";
import type { Input } from "../../plan/codec/object-reader.ts";
import { Violations } from "../../plan/codec/violations.ts";
import type { OperationContract } from "../../plan/operation-contract.ts";
import { ProtoEnum, type ProtoMessage } from "./model/proto-file.ts";

/** A request message as it was read: by the members' names in the version at hand. */
type Message = Readonly<Record<string, unknown>>;

/** Makes inputs of an operation from its request messages. */
export class OperationInput {
  readonly #contract: OperationContract;
  readonly #isPatch: boolean;
  /** Enums and lists cannot be told from absent ones where they are empty. */
  readonly #enums: readonly string[];
  readonly #lists: readonly string[];
  readonly #hasTag: boolean;

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
    this.#hasTag = message.fields.some((field) => field.property === "etag" && !isRead(field));
  }

  /** Throws INVALID_INPUT with every violated rule. */
  read(message: unknown): Input {
    const values = message as Record<string, unknown>;
    for (const name of this.#enums) if (values[name] === 0) values[name] = undefined;
    const stated = this.#isPatch ? this.#masked(values) : values;
    const input = this.#contract.input.read(stated, "fromTyped", values["id"]);
    const version = this.#versionOf(values["etag"]);
    if (version !== null) input["ifVersion"] = version;
    return input;
  }

  /** Why no row can be as the message asks; null where one can. It is told to who may make the call. */
  refusal(message: unknown): ApiError | null {
    if (!this.#hasTag) return null;
    const tag: unknown = Reflect.get(Object(message), "etag");
    if (typeof tag === "string" && tag !== "")
      return this.#versionOf(tag) === null
        ? frameworkError("PRECONDITION_FAILED", "etag: is none that this row can have")
        : null;
    if (this.#contract.plan.operation.on?.definition.requireMatch !== true) return null;
    return frameworkError("PRECONDITION_REQUIRED", "etag: send that of the row that you have seen");
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

  /** The version that the row must have still; null where the tag names none. */
  #versionOf(tag: unknown): number | null {
    if (!this.#hasTag || typeof tag !== "string") return null;
    const [fingerprint, version = ""] = tag.split(".");
    return fingerprint === this.#contract.view?.writer.fingerprint && /^\d{1,15}$/.test(version)
      ? Number(version)
      : null;
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
