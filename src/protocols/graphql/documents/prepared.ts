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
  readonly #prepare: ReadonlyMap<string, () => PreparedOperation>;
  /** Those that were asked for: a document may have hundreds. */
  readonly #prepared: Map<string, PreparedOperation>;
  readonly #only: PreparedOperation | null;

  /** `operations`: makes each ready, by name; the empty one for an operation without a name. */
  constructor(size: number, operations: ReadonlyMap<string, () => PreparedOperation>) {
    this.size = size;
    this.#prepare = operations;
    this.#prepared = new Map();
    const [prepare] = operations.values();
    this.#only = operations.size === 1 && prepare !== undefined ? prepare() : null;
  }

  /** The operation that a request names, or the only one (GetOperation, §6.1). Throws RequestErrors. */
  operation(name: string | null): PreparedOperation {
    if (name === null && this.#only !== null) return this.#only;
    const found = name === null ? null : this.#named(name);
    if (found !== null) return found;
    const known = list(this.#prepare.keys());
    throw RequestErrors.of(
      frameworkError(
        "DOCUMENT_INVALID",
        name === null
          ? `operationName must say which operation is asked for: ${known}`
          : `operationName: the document has no operation "${name.slice(0, 64)}"`,
      ),
    );
  }

  #named(name: string): PreparedOperation | null {
    const known = this.#prepared.get(name);
    if (known !== undefined) return known;
    const prepared = this.#prepare.get(name)?.() ?? null;
    if (prepared !== null) this.#prepared.set(name, prepared);
    return prepared;
  }
}

/** The first few names of many. */
function list(names: Iterable<string>): string {
  const all = [...names];
  return all.length <= mostNames ? all.join(", ") : `${all.slice(0, mostNames).join(", ")}, ...`;
}

const mostNames = 10;
