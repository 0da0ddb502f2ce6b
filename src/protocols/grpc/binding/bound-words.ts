import { ApiError, type Violation } from "../../../errors/api-error.ts";
import { Passage } from "../../../invoke/passage.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { OperationWords } from "../operation-methods.ts";
import { BoundInput } from "./bound-input.ts";
import {
  type BoundMessage,
  type BoundNames,
  dropUnset,
  type MessageValues,
  renamedPath,
} from "./bound-message.ts";

/** How messages of a bound .proto become inputs, and errors are told in its words. */
export function boundWords(
  contract: OperationContract,
  request: BoundMessage,
  resourceType: string | null,
): OperationWords {
  const input = new BoundInput(contract, request);
  const { messages } = contract;
  return {
    read: (message) => input.read(message),
    refusal: (message) => input.refusal(message),
    open:
      messages === null
        ? null
        : (sent) =>
            new Passage(sent, (message, index) => {
              const values = message as MessageValues;
              request.arrange?.(values);
              dropUnset(request.unset, values);
              return messages.read(values, "fromTyped", index);
            }),
    reword:
      messages === null
        ? (error) => reworded(error, (path) => renamedPath(path, request.names))
        : (error) => reworded(error, (path) => renamedInMessage(path, request.names)),
    resourceType,
  };
}

/** Of many messages, the place of one comes first: `messages[2].display_name`. */
function renamedInMessage(path: string, names: BoundNames): string {
  const [, message = "", rest = path] = /^(messages\[\d+\]\.?)(.*)$/s.exec(path) ?? [];
  return rest === "" ? message : `${message}${renamedPath(rest, names)}`;
}

function reworded(error: ApiError, rename: (path: string) => string): ApiError {
  if (error.violations === null) return error;
  const violations = error.violations.map((each): Violation => ({ ...each, path: rename(each.path) }));
  // The message begins with the first place.
  const [before = null] = error.violations;
  const head = before === null ? "" : `${before.path}: `;
  const message =
    before !== null && error.message.startsWith(head)
      ? `${violations[0]?.path}: ${error.message.slice(head.length)}`
      : error.message;
  return new ApiError(error.code, error.kind, message, {
    http: error.http,
    violations,
    ...(error.details === null ? {} : { details: error.details }),
    ...(error.retryAfter === null ? {} : { retryAfter: error.retryAfter }),
  });
}
