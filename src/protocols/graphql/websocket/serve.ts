import type { Exchange } from "../../../net/exchange.ts";
import { acceptWebSocket, type Origins } from "../../../net/index.ts";
import type { GraphqlEndpoint } from "../endpoint.ts";
import { closeCodes } from "./close-codes.ts";
import { TransportSocket } from "./transport-socket.ts";

/** The subprotocol that is spoken. Not to be taken for `graphql-ws`, which is an older one. */
const subprotocol = "graphql-transport-ws";

/** Opens a WebSocket for subscriptions, and for queries and mutations as well. */
export function serveGraphqlSocket(endpoint: GraphqlEndpoint, exchange: Exchange, origins: Origins): void {
  const receiver = new TransportSocket(endpoint, exchange);
  const socket = acceptWebSocket(exchange, receiver, { subprotocols: [subprotocol], origins, deflate: {} });
  if (socket === null) return;
  if (socket.subprotocol === subprotocol) receiver.opened(socket);
  else socket.close(closeCodes.subprotocolNotAcceptable, "Subprotocol not acceptable");
}
