import type { Format } from "../rpc/message-type.ts";
import { ConnectGetFraming } from "./connect-get.ts";
import { ConnectStreamFraming } from "./connect-stream.ts";
import { ConnectUnaryFraming } from "./connect-unary.ts";
import type { Framing } from "./framing.ts";
import { GrpcFraming } from "./grpc.ts";
import { GrpcWebFraming } from "./grpc-web.ts";

/** All ways to lay out a call, by the media type of the request. */
export const framings: ReadonlyMap<string, Framing> = new Map<string, Framing>([
  ["application/grpc", new GrpcFraming("application/grpc", "proto")],
  ["application/grpc+proto", new GrpcFraming("application/grpc+proto", "proto")],
  ["application/grpc+json", new GrpcFraming("application/grpc+json", "json")],
  ["application/grpc-web", new GrpcWebFraming("application/grpc-web", "proto", false)],
  ["application/grpc-web+proto", new GrpcWebFraming("application/grpc-web+proto", "proto", false)],
  ["application/grpc-web+json", new GrpcWebFraming("application/grpc-web+json", "json", false)],
  ["application/grpc-web-text", new GrpcWebFraming("application/grpc-web-text", "proto", true)],
  ["application/grpc-web-text+proto", new GrpcWebFraming("application/grpc-web-text+proto", "proto", true)],
  ["application/proto", new ConnectUnaryFraming("application/proto", "proto")],
  ["application/json", new ConnectUnaryFraming("application/json", "json")],
  ["application/connect+proto", new ConnectStreamFraming("application/connect+proto", "proto")],
  ["application/connect+json", new ConnectStreamFraming("application/connect+json", "json")],
]);

export const mediaTypes: readonly string[] = [...framings.keys()];

const gets: ReadonlyMap<string, Framing> = new Map<Format, Framing>([
  ["proto", new ConnectGetFraming("application/proto", "proto")],
  ["json", new ConnectGetFraming("application/json", "json")],
]);

/** Of a GET, by its `encoding`. */
export function connectGet(encoding: string | null): Framing | undefined {
  return gets.get(encoding ?? "");
}
