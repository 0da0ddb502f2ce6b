import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { OperationContract } from "../../plan/operation-contract.ts";

/** The `etag` of messages that change a row: that of the row as the caller has seen it. */
export class RowTag {
  readonly #contract: OperationContract;

  constructor(contract: OperationContract) {
    this.#contract = contract;
  }

  /** The version that the row must have still; null where the tag names none. */
  versionOf(tag: unknown): number | null {
    if (typeof tag !== "string") return null;
    const [fingerprint, version = ""] = tag.split(".");
    return fingerprint === this.#contract.view?.writer.fingerprint && /^\d{1,15}$/.test(version)
      ? Number(version)
      : null;
  }

  /** Why no row can be as a tag asks; null where one can. */
  refusal(tag: unknown): ApiError | null {
    if (typeof tag === "string" && tag !== "")
      return this.versionOf(tag) === null
        ? frameworkError("PRECONDITION_FAILED", "etag: is none that this row can have")
        : null;
    if (this.#contract.plan.operation.on?.definition.requireMatch !== true) return null;
    return frameworkError("PRECONDITION_REQUIRED", "etag: send that of the row that you have seen");
  }
}
