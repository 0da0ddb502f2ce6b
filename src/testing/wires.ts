import { graphqlWire } from "./graphql-wire.ts";
import { grpcWire } from "./grpc-wire.ts";
import { processWire } from "./process-wire.ts";
import { restWire } from "./rest-wire.ts";
import { websocketWire } from "./websocket-wire.ts";
import type { Wire, WireName } from "./wire.ts";

/** Every wire, once. A protocol that comes takes its place here. */
export const wires: Readonly<Record<WireName, Wire>> = {
  process: processWire,
  rest: restWire,
  graphql: graphqlWire,
  grpc: grpcWire,
  websocket: websocketWire,
};
