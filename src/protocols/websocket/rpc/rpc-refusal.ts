import type { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { invalid, malformed, when } from "./violation.ts";

/** Requests in one array. */
export const batchMax = 100;
/** Calls that one socket may have under way. */
export const callsMax = 200;

/** Why a message or a request cannot be taken, whatever operation it is about. */

export function notJson(path: string, message: string, mend: string): ApiError {
  return frameworkError("INVALID_JSON", `${path === "" ? "The message" : path} ${message}`, {
    violations: [{ path, rule: "json", message, mend }],
  });
}

export function badBatch(length: number): ApiError {
  const rule = length === 0 ? "minItems" : "maxItems";
  return malformed(
    when(true, "", rule, `has ${length} requests, and may have 1 to ${batchMax}`, "Send several batches"),
  );
}

export function noMethod(name: string): ApiError {
  return frameworkError("UNIMPLEMENTED", `There is no method "${name.slice(0, 64)}" in this version`, {
    violations: when(true, "method", "enum", "is none of this version", "See /asyncapi.json for all of them"),
  });
}

/** Each operation has its own input, by name. */
export function positional(): ApiError {
  return invalid(when(true, "params", "type", "must be an object", 'Send the input by name: {"id":"1"}'));
}

export function idTaken(): ApiError {
  return malformed(
    when(true, "id", "unique", "another call under way has it", "Give each call an id of its own"),
  );
}

export function streamInBatch(): ApiError {
  return malformed(
    when(true, "method", "batch", "is a subscription, which cannot stand in a batch", "Send it by itself"),
  );
}

export function tooManyCalls(): ApiError {
  return frameworkError("OVERLOADED", `A socket may have ${callsMax} calls under way`, {
    violations: when(
      true,
      "",
      "maxInFlight",
      `is one more than the ${callsMax} calls that may be under way`,
      "Wait for an answer, or open another socket",
    ),
  });
}
