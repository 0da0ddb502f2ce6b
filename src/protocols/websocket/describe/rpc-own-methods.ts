import type { JsonObject } from "../../../base/json.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";
import { batchMax } from "../rpc/rpc-refusal.ts";
import { longestId } from "../rpc/rpc-request.ts";
import type { ChannelScope } from "./channel-scope.ts";
import { closed, errorSchema, idSchema, requestSchema, resultSchema, streamSchema } from "./rpc-envelope.ts";
import { anyError } from "./rpc-error-schemas.ts";

/** What the protocol has beside operations; answers the messages that a stream ends with. Names with a hyphen are no operation's. */
export function describeOwnMethods(scope: DescribeScope, channel: ChannelScope): readonly JsonObject[] {
  const { components } = scope;
  const nothing = channel.message("rpc-done", {
    title: "It is done",
    payload: resultSchema(components, { type: "null" }, null),
  });
  const failed = channel.message("rpc-error", {
    title: "It is refused",
    payload: errorSchema(idSchema(components), anyError(components)),
  });
  const method = (own: OwnMethod): void => {
    const request = channel.message(own.name, {
      title: own.summary,
      payload: requestSchema(components, own.method, { schema: own.params, isRequired: own.isRequired }),
    });
    channel.operation(own.name, "receive", {
      summary: own.summary,
      messages: [request],
      reply: channel.reply([own.result ?? nothing, failed]),
    });
  };
  method(ping);
  method(cancel);
  method({ ...authenticate, result: channel.message("rpc-authenticated", authenticated(scope)) });
  describeBatches(scope, channel);
  describeRefusals(scope, channel);
  return streamEnds(scope, channel);
}

interface OwnMethod {
  readonly name: string;
  readonly method: string;
  readonly summary: string;
  readonly params: JsonObject;
  readonly isRequired: boolean;
  /** Null where there is nothing to say. */
  readonly result: JsonObject | null;
}

const ping: OwnMethod = {
  name: "rpc-ping",
  method: "$/ping",
  summary: "Ask for a sign of life",
  params: closed({}, []),
  isRequired: false,
  result: null,
};

const cancel: OwnMethod = {
  name: "rpc-cancel",
  method: "$/cancel",
  summary: "Cancel a call, or end a stream",
  params: closed(
    {
      id: {
        description: "Of the call.",
        anyOf: [{ type: "integer" }, { type: "string", maxLength: longestId }],
      },
    },
    ["id"],
  ),
  isRequired: true,
  result: null,
};

const authenticate: OwnMethod = {
  name: "rpc-authenticate",
  method: "$/authenticate",
  summary: "Say who calls from now on",
  params: closed({ token: { type: "string" } }, ["token"]),
  isRequired: true,
  result: null,
};

function authenticated({ components }: DescribeScope): JsonObject {
  const caller = { type: ["string", "null"], description: "The caller's id; null for nobody." };
  return {
    title: "Who calls from now on",
    payload: resultSchema(components, closed({ caller }, ["caller"]), null),
  };
}

function describeBatches({ components }: DescribeScope, channel: ChannelScope): void {
  const request = { type: "object", description: "A request or a notification, but of no subscription." };
  const answer = {
    type: "object",
    description: "An answer of a request, as the request's own operation has it.",
    properties: {
      jsonrpc: { type: "string", const: "2.0" },
      id: { anyOf: [idSchema(components), { type: "null" }] },
    },
    required: ["jsonrpc", "id"],
  };
  const list = (items: JsonObject): JsonObject => ({ type: "array", items, minItems: 1, maxItems: batchMax });
  channel.operation("rpc-batch", "receive", {
    summary: "Make several calls at the same time",
    messages: [channel.message("rpc-batch", { title: "Several requests", payload: list(request) })],
    reply: channel.reply([
      channel.message("rpc-answers", { title: "Their answers, in their order", payload: list(answer) }),
    ]),
  });
}

function describeRefusals({ components }: DescribeScope, channel: ChannelScope): void {
  const refused = channel.message("rpc-refused", {
    title: "What was sent is no request",
    payload: errorSchema({ type: "null" }, anyError(components)),
  });
  channel.operation("rpc-refuse", "send", {
    summary: "Tell that a message is not JSON, or no request of JSON-RPC 2.0",
    messages: [refused],
  });
}

function streamEnds({ components }: DescribeScope, channel: ChannelScope): readonly JsonObject[] {
  const correlationId = { location: "$message.payload#/params/stream" };
  return [
    channel.message("rpc-complete", {
      title: "A stream has told all",
      correlationId,
      payload: streamSchema(components, "$/complete", {}),
    }),
    channel.message("rpc-broken", {
      title: "A stream broke off",
      correlationId,
      payload: streamSchema(components, "$/error", { error: anyError(components) }),
    }),
  ];
}
