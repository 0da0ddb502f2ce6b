import type { JsonObject } from "../../../base/json.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import { generalTag } from "../../http/describe/info.ts";
import { descriptionOf, summaryOf } from "../../http/describe/operation-text.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";
import { isCallable } from "../rpc/rpc-method.ts";
import { rpcSubprotocol } from "../rpc/rpc-place.ts";
import { ChannelScope } from "./channel-scope.ts";
import { errorSchema, idSchema, requestSchema, resultSchema, streamSchema } from "./rpc-envelope.ts";
import { errorOf, rpcErrors } from "./rpc-error-schemas.ts";
import { describeOwnMethods } from "./rpc-own-methods.ts";
import { metaOf, paramsSchema, resultOf } from "./rpc-payloads.ts";

const description =
  "JSON-RPC 2.0, in text messages: every operation is a method. A request without `id` is a notification, which is not answered.";

/** The channel at which operations are called: for each a request and its answers, and what streams tell. */
export function describeRpc(scope: DescribeScope): ChannelScope {
  const channel = new ChannelScope("rpc", {
    address: `/api/v${scope.version.name}/rpc`,
    title: "Calls",
    description,
    bindings: { ws: binding },
  });
  const ended = describeOwnMethods(scope, channel);
  for (const contract of scope.version.contracts) {
    if (!isCallable(contract)) continue;
    if (contract.plan.operation.sort === "subscription") describeStream(scope, channel, contract, ended);
    else describeCall(scope, channel, contract);
  }
  return channel;
}

const binding: JsonObject = {
  method: "GET",
  headers: {
    type: "object",
    properties: {
      "Sec-WebSocket-Protocol": {
        type: "string",
        description: `\`${rpcSubprotocol}\`; it may be left out. Browsers add \`fourfold.bearer.\` and the token in base64url.`,
      },
      Authorization: { type: "string", description: "`Bearer` and a token; or `$/authenticate` later on." },
    },
  },
  bindingVersion: "0.1.0",
};

function describeCall(scope: DescribeScope, channel: ChannelScope, contract: OperationContract): void {
  const { id } = contract.plan;
  const result = channel.message(`${id}.result`, {
    title: `Answer of ${id}`,
    ...answers,
    payload: resultSchema(scope.components, resultOf(scope, contract), metaOf(contract)),
  });
  describeRequest(scope, channel, contract, [result]);
}

function describeStream(
  scope: DescribeScope,
  channel: ChannelScope,
  contract: OperationContract,
  ended: readonly JsonObject[],
): void {
  const { id, operation } = contract.plan;
  const { components } = scope;
  const stream = { type: "object", properties: { stream: idSchema(components) }, required: ["stream"] };
  const opened = channel.message(`${id}.opened`, {
    title: `${id} is open`,
    ...answers,
    payload: resultSchema(components, stream, null),
  });
  describeRequest(scope, channel, contract, [opened]);
  const next = channel.message(`${id}.next`, {
    title: `What ${id} tells`,
    correlationId: ofStream,
    payload: streamSchema(components, "$/next", { value: resultOf(scope, contract) }),
  });
  channel.operation(`${id}.stream`, "send", {
    summary: `${summaryOf(operation)}: what is told once it is open`,
    tags: [{ name: operation.on?.name ?? generalTag }],
    messages: [next, ...ended],
  });
}

/** What belongs together has one id. */
const answers: JsonObject = { correlationId: { location: "$message.payload#/id" } };
const ofStream: JsonObject = { location: "$message.payload#/params/stream" };

function describeRequest(
  scope: DescribeScope,
  channel: ChannelScope,
  contract: OperationContract,
  replies: readonly JsonObject[],
): void {
  const { id, operation } = contract.plan;
  const request = channel.message(id, {
    title: `Request of ${id}`,
    ...answers,
    payload: requestSchema(scope.components, id, paramsSchema(scope, contract)),
  });
  const error = channel.message(`${id}.error`, {
    title: `Error of ${id}`,
    ...answers,
    payload: errorSchema(idSchema(scope.components), errorOf(scope, rpcErrors(scope, contract))),
  });
  const text = [descriptionOf(operation), deprecation(contract, scope)]
    .filter((part) => part !== "")
    .join("\n\n");
  channel.operation(id, "receive", {
    summary: summaryOf(operation),
    ...(text === "" ? {} : { description: text }),
    tags: [{ name: operation.on?.name ?? generalTag }],
    ...securityOf(scope, contract),
    messages: [request],
    reply: channel.reply([...replies, error]),
  });
}

/** AsyncAPI has no flag for it. Why, the operation's description says. */
function deprecation({ plan }: OperationContract, { version }: DescribeScope): string {
  return plan.operation.deprecated === true || version.deprecated !== null ? "Deprecated." : "";
}

function securityOf({ plan }: DescribeScope, contract: OperationContract): JsonObject {
  if (plan.api.options.authenticate === undefined || contract.plan.operation.allow === null) return {};
  return { security: [bearerReference] };
}

export const bearerReference: JsonObject = { $ref: "#/components/securitySchemes/bearer" };
