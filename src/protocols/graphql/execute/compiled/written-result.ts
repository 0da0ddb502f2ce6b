import type { Encoding } from "../../../../cache/entry.ts";
import type { ExecutionResult } from "../execution.ts";
import type { OperationPlan } from "./plan.ts";

/** A value that many ask for, as one operation answers with it: kept beside the value, and written once. */
export class WrittenResult implements Encoding {
  readonly by: OperationPlan;
  readonly result: ExecutionResult;
  readonly bytes: number;

  constructor(by: OperationPlan, result: ExecutionResult) {
    this.by = by;
    this.result = result;
    this.bytes = result.bytes;
  }
}
