import { whenReady } from "../../../base/awaitable.ts";
import type { ProtoMessage } from "../model/proto-file.ts";
import { MessageTypes } from "../model/shapes.ts";
import type { RpcMethod } from "../rpc/method.ts";
import { RpcError } from "../wire/rich-status.ts";
import type { Health } from "./health.ts";
import { checkRequest, checkResponse, healthFile, listRequest, listResponse } from "./health-proto.ts";

/** The methods of `grpc.health.v1.Health`. */
export function healthMethods(health: Health): readonly RpcMethod[] {
  const types = new MessageTypes();
  const method = (name: string, request: ProtoMessage, response: ProtoMessage) => ({
    service: `${healthFile.package}.Health`,
    name,
    request: types.type(request),
    response: types.type(response),
    isSafe: false,
    series: null,
  });
  return [
    {
      ...method("Check", checkRequest, checkResponse),
      kind: "unary",
      handle: (_, message) => {
        const service = serviceOf(message);
        if (!health.isKnown(service)) throw new RpcError("not_found", "There is no such service");
        return whenReady(health.status(), (status) => ({ status }));
      },
      write: null,
    },
    {
      ...method("List", listRequest, listResponse),
      kind: "unary",
      handle: () =>
        whenReady(health.status(), (status) => ({
          statuses: new Map(health.services.map((service) => [service, { status }])),
        })),
      write: null,
    },
    {
      ...method("Watch", checkRequest, checkResponse),
      kind: "server",
      // It ends itself when the server stops, for it has something to say before.
      isEndless: false,
      handle: (_, message) => health.watch(serviceOf(message)),
    },
  ];
}

function serviceOf(message: unknown): string {
  const service: unknown = Reflect.get(Object(message), "service");
  return typeof service === "string" ? service : "";
}
