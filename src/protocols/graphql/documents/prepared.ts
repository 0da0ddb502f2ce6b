import { frameworkError } from "../../../errors/codes.ts";
import type { Execution } from "../execute/execution.ts";
import type { OperationCost } from "./cost.ts";
import type { OperationFreshness } from "./freshness.ts";
import { RequestErrors } from "./request-errors.ts";

/** One operation of a document, ready to be run for anybody. */
export interface PreparedOperation {
  readonly execution: Execution;
  /** Rows that it may read; they depend on page sizes in the variables. */
  readonly cost: OperationCost;
  /** How long its answer may be kept by HTTP caches. */
  readonly freshness: OperationFreshness;
}

/** A valid document. */
export class PreparedDocument {
  /** Characters of its text: what it takes of the memory for documents. */
  readonly size: number;
  readonly #operations: ReadonlyMap<string, PreparedOperation>;
  readonly #only: PreparedOperation | null;

  /** `operations`: by name; the empty one for an operation without a name. */
  constructor(size: number, operations: ReadonlyMap<string, PreparedOperation>) {
    this.size = size;
    this.#operations = operations;
    const [only] = operations.values();
    this.#only = operations.size === 1 && only !== undefined ? only : null;
  }

  /** The operation that a request names, or the only one (GetOperation, §6.1). Throws RequestErrors. */
  operation(name: string | null): PreparedOperation {
    if (name === null && this.#only !== null) return this.#only;
    const found = name === null ? undefined : this.#operations.get(name);
    if (found !== undefined) return found;
    const known = [...this.#operations.keys()].join(", ");
    throw RequestErrors.of(
      frameworkError(
        "DOCUMENT_INVALID",
        name === null
          ? `operationName must say which operation is asked for: ${known}`
          : `operationName: the document has no operation "${name.slice(0, 64)}"`,
      ),
    );
  }
}
