import type { ApiError } from "../../../errors/api-error.ts";
import type { Input } from "../../../plan/codec/object-reader.ts";
import { Violations } from "../../../plan/codec/violations.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import { RowTag } from "../operation-tag.ts";
import { type BoundMessage, dropUnset, type MessageValues } from "./bound-message.ts";

/** Makes inputs of an operation from messages of a .proto that was bound to it. */
export class BoundInput {
  readonly #contract: OperationContract;
  readonly #bound: BoundMessage;
  readonly #hasMask: boolean;
  /** Null for messages without an etag. */
  readonly #tag: RowTag | null;
  /** By the paths that a mask may name them by. */
  readonly #byPath: ReadonlyMap<string, string>;

  constructor(contract: OperationContract, bound: BoundMessage) {
    const isOwn = (name: string): boolean => !contract.input.members.some(({ wire }) => wire === name);
    this.#contract = contract;
    this.#bound = bound;
    this.#hasMask = isOwn("updateMask") && bound.names.has("updateMask");
    this.#tag = isOwn("etag") && bound.names.has("etag") ? new RowTag(contract) : null;
    this.#byPath = new Map(
      contract.input.members.flatMap(({ wire }) => {
        const name = bound.names.get(wire)?.name;
        return name === undefined ? [] : [[name, wire] as const, [afterDot(name), wire] as const];
      }),
    );
  }

  /** Throws INVALID_INPUT with every violated rule. */
  read(message: unknown): Input {
    const values = message as MessageValues;
    this.#bound.arrange?.(values);
    const mask = this.#hasMask ? values["updateMask"] : undefined;
    const id = values["id"];
    const stated = Array.isArray(mask) && mask.length > 0 ? this.#masked(values, mask) : this.#set(values);
    const input = this.#contract.input.read(stated, "fromTyped", id);
    const version = this.#tag?.versionOf(values["etag"]) ?? null;
    if (version !== null) input["ifVersion"] = version;
    return input;
  }

  /** Why no row can be as the message asks, after it was read; null where one can. */
  refusal(message: unknown): ApiError | null {
    return this.#tag?.refusal(Reflect.get(Object(message), "etag")) ?? null;
  }

  #set(values: MessageValues): MessageValues {
    dropUnset(this.#bound.unset, values);
    return values;
  }

  /** What a mask names is changed, to its default where it was not sent (AIP-134). */
  #masked(values: MessageValues, mask: readonly unknown[]): MessageValues {
    const { members } = this.#contract.input;
    dropUnset(
      this.#bound.unset.filter(({ isNothing }) => isNothing),
      values,
    );
    const isNamed = ({ wire }: { readonly wire: string }): boolean => this.#bound.names.has(wire);
    if (mask.includes("*"))
      return Object.fromEntries(
        members.filter(isNamed).map(({ wire }) => [wire, values[wire] ?? null] as const),
      );
    const violations = new Violations();
    const changed: MessageValues = {};
    for (const [index, path] of mask.entries()) {
      const wire = this.#byPath.get(String(path));
      if (wire !== undefined) changed[wire] = values[wire] ?? null;
      else
        violations.add(
          `update_mask.paths[${index}]`,
          "unknownField",
          "is no field that can be changed",
          `Known are ${[...new Set(this.#byPath.keys())].join(", ")}`,
        );
    }
    if (violations.any) throw violations.toError();
    return changed;
  }
}

/** A mask's paths are those of the message that is changed. */
function afterDot(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
