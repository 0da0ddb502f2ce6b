import type { DocumentNode, OperationDefinitionNode } from "graphql";
import { compileExecution } from "./compiled/compile.ts";
import type { Execution } from "./execution.ts";
import { type ReferenceParts, referenceExecution } from "./reference.ts";

/** What operations of one schema are run with. */
export type ExecutionParts = ReferenceParts;

/** Makes an operation of a valid document ready to be run: compiled, or by the reference executor where it is not taken. */
export function toExecution(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  parts: ExecutionParts,
): Execution {
  return compileExecution(parts, document, operation) ?? referenceExecution(parts, document, operation);
}
