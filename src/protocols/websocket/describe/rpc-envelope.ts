import type { JsonObject } from "../../../base/json.ts";
import type { Components } from "../../http/describe/components.ts";
import { idempotencyKeyForm, longestTimeout } from "../rpc/rpc-meta.ts";
import { longestId } from "../rpc/rpc-request.ts";

/** Messages of JSON-RPC 2.0, as docs/PROTOCOL.md has them. */

const version: JsonObject = { type: "string", const: "2.0" };

/** What answers are told apart by, and streams named by. */
export function idSchema(components: Components): JsonObject {
  return components.refer("schemas", "rpc id", "RequestId", () => ({
    description: "Tells answers apart. May be used again once its call is answered, or its stream over.",
    anyOf: [
      { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
      { type: "string", maxLength: longestId },
    ],
  }));
}

/** A request; a notification without `id`. `params` null where there are none to state. */
export function requestSchema(
  components: Components,
  method: string,
  params: { readonly schema: JsonObject; readonly isRequired: boolean },
): JsonObject {
  return closed(
    {
      jsonrpc: version,
      id: idSchema(components),
      method: { type: "string", const: method },
      params: params.schema,
      meta: metaSchema(components),
    },
    ["jsonrpc", "method", ...(params.isRequired ? ["params"] : [])],
  );
}

/** An answer; `meta` where there is something to say of the result. */
export function resultSchema(
  components: Components,
  result: JsonObject,
  meta: JsonObject | null,
): JsonObject {
  return closed({ jsonrpc: version, id: idSchema(components), result, ...(meta === null ? {} : { meta }) }, [
    "jsonrpc",
    "id",
    "result",
  ]);
}

/** An answer that tells an error. `id`: null where the request could not be read. */
export function errorSchema(id: JsonObject, error: JsonObject): JsonObject {
  return closed({ jsonrpc: version, id, error }, ["jsonrpc", "id", "error"]);
}

/** What a stream tells. */
export function streamSchema(components: Components, method: string, more: JsonObject): JsonObject {
  const params = { stream: idSchema(components), ...more };
  return closed(
    {
      jsonrpc: version,
      method: { type: "string", const: method },
      params: closed(params, Object.keys(params)),
    },
    ["jsonrpc", "method", "params"],
  );
}

/** An object of just these members. */
export function closed(properties: JsonObject, required: readonly string[]): JsonObject {
  return {
    type: "object",
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function metaSchema(components: Components): JsonObject {
  return components.refer("schemas", "rpc meta", "RequestMeta", () => ({
    description: "What a request says of itself.",
    ...closed(
      {
        traceparent: { type: "string", description: "W3C Trace Context." },
        tracestate: { type: "string", description: "W3C Trace Context." },
        idempotencyKey: {
          type: "string",
          pattern: idempotencyKeyForm,
          description: "Makes a command safe to repeat: the same key gets the first call's answer.",
        },
        repeated: {
          type: "boolean",
          description: "Whether the call was sent before, and its answer did not come.",
        },
        timeout: {
          type: "number",
          exclusiveMinimum: 0,
          maximum: longestTimeout,
          description: "Milliseconds that the call may take.",
        },
      },
      [],
    ),
  }));
}
