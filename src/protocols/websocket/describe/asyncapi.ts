import { toWords } from "../../../base/casing.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { ApiPlan, VersionPlan } from "../../../plan/api-plan.ts";
import { rowSchema } from "../../../schema/json-schema.ts";
import { describeInfo, describeTags } from "../../http/describe/info.ts";
import { DescribeScope } from "../../http/describe/scope.ts";
import { describeChannel } from "./channel-description.ts";
import type { ChannelScope } from "./channel-scope.ts";
import { describeRpc } from "./rpc-channel.ts";

/** The media type of the document (IANA's registry: vnd.aai.asyncapi+json). */
export const asyncApiType = "application/vnd.aai.asyncapi+json;version=3.0.0";

/** Describes what one version of an API serves over WebSocket: AsyncAPI 3.0.0. The same plan gives the same text. */
export function describeAsyncApi({
  plan,
  version,
}: {
  readonly plan: ApiPlan;
  readonly version: VersionPlan;
}): JsonObject {
  const scope = new DescribeScope(plan, version, describeRow);
  const channels = [describeRpc(scope), ...describeChannels(scope)];
  if (plan.api.options.authenticate !== undefined)
    scope.components.refer("securitySchemes", "bearer", "bearer", () => bearer);
  return {
    asyncapi: "3.0.0",
    info: { ...describeInfo(scope), tags: describeTags(scope) },
    defaultContentType: "application/json",
    servers: { ws: server("ws"), wss: server("wss") },
    channels: Object.fromEntries(channels.map((channel) => [channel.key, channel.toJson()])),
    operations: Object.assign({}, ...channels.map(({ operations }) => operations)),
    components: scope.components.toJson(),
  };
}

/** The document goes with every server of the API. */
function server(protocol: "ws" | "wss"): JsonObject {
  const host = { default: "localhost:8000", description: "Where the API is served." };
  return { host: "{host}", protocol, variables: { host } };
}

const bearer: JsonObject = {
  type: "http",
  scheme: "bearer",
  description: "Of the handshake, or for calls of `$/authenticate`.",
};

function describeChannels(scope: DescribeScope): readonly ChannelScope[] {
  const taken = new Set(["rpc"]);
  return scope.plan.channels.map((plan) => {
    const wanted = plan.channel.path
      .slice(1)
      .replaceAll(/[^\w-]+/g, "-")
      .replaceAll(/^-|-$/g, "");
    let key = wanted;
    for (let number = 2; taken.has(key); number++) key = `${wanted}-${number}`;
    taken.add(key);
    return describeChannel(scope, plan, key);
  });
}

/** A row as callers get it: all of it, for nothing here asks for less or for more. */
function describeRow(scope: DescribeScope, name: string): JsonObject {
  const view = scope.view(name);
  if (view === null) return { type: "object", description: `${toWords(name)}: not part of this version.` };
  const { description } = view.resource.definition;
  return { ...(description === null ? {} : { description }), ...rowSchema(view.members, scope.output) };
}
