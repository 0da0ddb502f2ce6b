import { Ajv } from "ajv";
import formats from "ajv-formats";

/** What fourfold's definition says, as JSON Schemas that Ajv compiles, for peers that bring none. */
const ajv = new Ajv();
formats.default(ajv);

/** A message of the room. */
export interface Message {
  readonly from: string;
  readonly text: string;
}

/** A request of JSON-RPC 2.0. */
export interface RpcRequest {
  readonly jsonrpc: "2.0";
  readonly id?: string | number;
  readonly method: string;
  readonly params?: object;
}

export const isMessage = ajv.compile<Message>({
  type: "object",
  properties: {
    from: { type: "string", minLength: 1, maxLength: 50 },
    text: { type: "string", minLength: 1, maxLength: 500 },
  },
  required: ["from", "text"],
  additionalProperties: false,
});

export const isRpcRequest = ajv.compile<RpcRequest>({
  type: "object",
  properties: {
    jsonrpc: { const: "2.0" },
    id: { anyOf: [{ type: "string", maxLength: 128 }, { type: "integer" }] },
    method: { type: "string" },
    params: { type: "object" },
    meta: { type: "object" },
  },
  required: ["jsonrpc", "method"],
});

export const isGetUser = ajv.compile<{ readonly id: string }>({
  type: "object",
  properties: { id: { type: "string", format: "uuid" } },
  required: ["id"],
  additionalProperties: false,
});

export const isNoteUpdate = ajv.compile<{ readonly id: string; readonly count: number }>({
  type: "object",
  properties: { id: { type: "string", format: "uuid" }, count: { type: "integer" } },
  required: ["id", "count"],
  additionalProperties: false,
});
