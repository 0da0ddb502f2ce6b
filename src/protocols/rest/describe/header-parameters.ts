import type { JsonObject } from "../../../base/json.ts";
import { idempotencyKeyPattern } from "../../../invoke/idempotency-key.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";
import { changesRow, takesIfMatch } from "./conditions.ts";

/** The header fields that a request may or must have, shared by all operations. */
export function headerParameters(scope: DescribeScope, contract: OperationContract): readonly JsonObject[] {
  const { operation } = contract.plan;
  const names: HeaderName[] = [];
  if (takesIfMatch(contract)) {
    const isDemanded = changesRow(contract) && operation.on?.definition.requireMatch === true;
    names.push(isDemanded ? "IfMatchRequired" : "IfMatch");
  }
  if (operation.sort === "query") names.push("IfNoneMatch");
  if (operation.sort === "command")
    names.push(operation.idempotencyKey === "required" ? "IdempotencyKeyRequired" : "IdempotencyKey");
  if (operation.method === "watch") names.push("LastEventId");
  names.push("ApiVersion");
  return names.map((name) =>
    scope.components.refer("parameters", name, name, () => ({ in: "header", ...headers(scope)[name] })),
  );
}

type HeaderName =
  | "IfMatch"
  | "IfMatchRequired"
  | "IfNoneMatch"
  | "IdempotencyKey"
  | "IdempotencyKeyRequired"
  | "LastEventId"
  | "ApiVersion";

function headers({ version, plan }: DescribeScope): Readonly<Record<HeaderName, JsonObject>> {
  const match = {
    name: "If-Match",
    description:
      "Only where what is asked for is still as it was under this `ETag`; `*` for any (RFC 9110 §13.1.1). Else 412, and nothing is changed.",
    schema: { type: "string" },
  };
  const key = {
    name: "Idempotency-Key",
    description:
      "A fresh string, such as a UUID. A repeated request with the same key is answered as the first one was, and changes nothing.",
    schema: { type: "string", pattern: idempotencyKeyPattern },
  };
  const isDefault = plan.defaultVersion.name === version.name;
  return {
    IfMatch: match,
    IfMatchRequired: { ...match, required: true },
    IfNoneMatch: {
      name: "If-None-Match",
      description: "An `ETag` that you have the answer of: 304 without content where it still holds.",
      schema: { type: "string" },
    },
    IdempotencyKey: key,
    IdempotencyKeyRequired: { ...key, required: true },
    LastEventId: {
      name: "Last-Event-ID",
      description: "As `after`, and before it: browsers send it when they connect anew.",
      schema: { type: "string" },
    },
    ApiVersion: {
      name: "API-Version",
      description: `The version, where the address does not name it; where it does, no other may be stated. ${
        isDefault
          ? "This one where it is not stated."
          : `Version ${plan.defaultVersion.name} where it is not stated.`
      }`,
      schema: { type: "string", enum: [version.name] },
      example: version.name,
    },
  };
}
