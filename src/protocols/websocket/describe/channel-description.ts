import type { JsonObject } from "../../../base/json.ts";
import type { ChannelPlan } from "../../../plan/channel-plan.ts";
import { toJsonSchema } from "../../../schema/json-schema.ts";
import { errorMemberSchemas } from "../../http/describe/error-members.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";
import { ChannelScope } from "./channel-scope.ts";
import { bearerReference } from "./rpc-channel.ts";
import { closed } from "./rpc-envelope.ts";

/** One of the API's channels, whose messages are the same in every version. */
export function describeChannel(scope: DescribeScope, plan: ChannelPlan, key: string): ChannelScope {
  const { path } = plan.channel;
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, parameter] as const);
  const channel = new ChannelScope(key, {
    address: path,
    ...descriptionOf(plan),
    ...(parameters.length === 0 ? {} : { parameters: Object.fromEntries(parameters) }),
  });
  const security = securityOf(scope, plan);
  channel.operation(`${key}-receive`, "receive", {
    summary: "Take a message of a client",
    ...security,
    messages: [channel.message("received", received(scope, plan))],
  });
  channel.operation(`${key}-send`, "send", {
    summary: "Send to the clients of a room",
    ...security,
    messages: sentMessages(scope, plan).map(([name, message]) => channel.message(name, message)),
  });
  return channel;
}

function descriptionOf({ channel: { description, history, allow } }: ChannelPlan): JsonObject {
  const parts = [
    description,
    history === 0 ? null : `Who joins is sent the last ${history} messages of the room first.`,
    allow === null ? null : `Who may join: ${allow.name}.`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? {} : { description: parts.join("\n\n") };
}

const parameter: JsonObject = {
  description:
    "Connections with the same values are with each other in one room. Percent-encoded in the path.",
};

function securityOf({ plan }: DescribeScope, { channel: { allow } }: ChannelPlan): JsonObject {
  return plan.api.options.authenticate === undefined || allow === null ? {} : { security: [bearerReference] };
}

function received(scope: DescribeScope, { channel, takesText }: ChannelPlan): JsonObject {
  return {
    title: "What a client sends",
    contentType: contentType(takesText),
    payload: toJsonSchema(channel.message, scope.input),
  };
}

type Named = readonly [name: string, message: JsonObject];

function sentMessages(scope: DescribeScope, plan: ChannelPlan): readonly Named[] {
  const { channel, sendsText } = plan;
  const message = toJsonSchema(channel.sends, scope.output);
  const sent = sendsText ? message : envelope("message", { message });
  return [
    ["message", { title: "A message", contentType: contentType(sendsText), payload: sent }],
    ...(channel.presence ? presence() : []),
    ...(sendsText || channel.slow === "close" ? [] : [missed]),
    [
      "error",
      {
        title: "A message of the client was not taken",
        payload: envelope("error", { error: errorOf(scope) }),
      },
    ],
  ];
}

function presence(): readonly Named[] {
  const member = closed(
    {
      id: { type: "string", description: "Of the connection." },
      caller: { type: ["string", "null"], description: "The caller's id; null for nobody." },
    },
    ["id", "caller"],
  );
  const you = { type: "string", description: "The id of the connection itself." };
  const here = envelope("here", { you, members: { type: "array", items: member } });
  return [
    ["here", { title: "Who is in the room", payload: here }],
    ["joined", { title: "Somebody came", payload: envelope("joined", { member }) }],
    ["left", { title: "Somebody left", payload: envelope("left", { member }) }],
  ];
}

const missed: Named = [
  "missed",
  {
    title: "Messages were left out, for they were not taken in time",
    payload: envelope("missed", { count: { type: "integer", minimum: 1 } }),
  },
];

function errorOf({ components }: DescribeScope): JsonObject {
  return components.refer("schemas", "channel error", "ChannelError", () =>
    closed(
      {
        code: { type: "string", description: "What went wrong, for programs. See `/errors/{code}`." },
        message: { type: "string", description: "What went wrong, for people." },
        ...errorMemberSchemas(components),
      },
      ["code", "message"],
    ),
  );
}

function envelope(type: string, members: JsonObject): JsonObject {
  return closed({ type: { type: "string", const: type }, ...members }, ["type", ...Object.keys(members)]);
}

function contentType(isText: boolean): string {
  return isText ? "text/plain" : "application/json";
}
