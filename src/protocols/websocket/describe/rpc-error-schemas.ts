import type { JsonObject } from "../../../base/json.ts";
import type { FrameworkCode } from "../../../errors/codes.ts";
import { errorKinds } from "../../../errors/kinds.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { Components } from "../../http/describe/components.ts";
import type { ErrorEntry } from "../../http/describe/error-catalog.ts";
import { detailsSchema, errorName } from "../../http/describe/error-details.ts";
import { errorMemberSchemas } from "../../http/describe/error-members.ts";
import { possibleErrors, when } from "../../http/describe/possible-errors.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";
import { demandsVersion, takesVersion } from "../rpc/rpc-method.ts";
import { errorNumber } from "../rpc/rpc-text.ts";

/** The errors that an operation may answer with over JSON-RPC. */
export function rpcErrors(scope: DescribeScope, contract: OperationContract): readonly ErrorEntry[] {
  return possibleErrors(scope.plan, contract, rpcCodes(contract));
}

function rpcCodes(contract: OperationContract): readonly FrameworkCode[] {
  const { sort } = contract.plan.operation;
  return [
    "MALFORMED_REQUEST",
    "OVERLOADED",
    "CANCELLED",
    "DEADLINE_EXCEEDED",
    ...when(sort === "command", "OUTCOME_UNKNOWN"),
    ...when(takesVersion(contract), "PRECONDITION_FAILED"),
    ...when(demandsVersion(contract), "PRECONDITION_REQUIRED"),
  ];
}

/** Any error, as JSON-RPC has it. */
export function anyError(components: Components): JsonObject {
  return components.refer("schemas", "rpc error", "RpcError", () => ({
    type: "object",
    properties: {
      code: {
        type: "integer",
        description: "JSON-RPC's number, or that of the error's kind. Programs go by `data.code`.",
      },
      message: { type: "string", description: "What went wrong, for people." },
      data: {
        type: "object",
        properties: {
          code: { type: "string", description: "What went wrong, for programs. See `/errors/{code}`." },
          kind: { type: "string", enum: Object.keys(errorKinds) },
          ...errorMemberSchemas(components),
        },
        required: ["code", "kind"],
      },
    },
    required: ["code", "message", "data"],
    additionalProperties: false,
  }));
}

/** One of these errors, or one that goes without saying: a fault of the server, or of the way to it. */
export function errorOf(scope: DescribeScope, entries: readonly ErrorEntry[]): JsonObject {
  const codes = entries.map(({ code }) => code);
  const other = {
    type: "object",
    description: "Any other error.",
    properties: { data: { type: "object", properties: { code: { type: "string", not: { enum: codes } } } } },
  };
  return {
    allOf: [
      anyError(scope.components),
      { anyOf: [...entries.map((entry) => oneError(scope, entry)), other] },
    ],
  };
}

function oneError(scope: DescribeScope, entry: ErrorEntry): JsonObject {
  const { code, kind, message, description, details } = entry;
  const tellsDetails = Object.keys(details).length > 0;
  return scope.components.refer("schemas", `error ${code}`, `${errorName(code)}Error`, () => ({
    type: "object",
    description: description === null ? `${message}.` : `${message}. ${description}`,
    properties: {
      code: { type: "integer", const: errorNumber(entry) },
      data: {
        type: "object",
        properties: {
          code: { type: "string", const: code },
          kind: { type: "string", const: kind },
          ...(tellsDetails ? { details: detailsSchema(entry, scope) } : {}),
        },
        required: ["code", "kind"],
      },
    },
    required: ["code", "data"],
  }));
}
