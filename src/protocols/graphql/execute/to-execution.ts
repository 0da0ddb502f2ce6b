import type { DocumentNode, OperationDefinitionNode } from "graphql";
import type { Execution } from "./execution.ts";
import { type ReferenceParts, referenceExecution } from "./reference.ts";

/** What operations of one schema are run with. */
export type ExecutionParts = ReferenceParts;

/** Makes an operation of a valid document ready to be run. */
export function toExecution(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  parts: ExecutionParts,
): Execution {
  return referenceExecution(parts, document, operation);
}
