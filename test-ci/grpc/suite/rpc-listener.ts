import { ApiError } from "../../../src/errors/api-error.ts";
import { HeadBlock, type Listener, listen, type TlsOptions } from "../../../src/net/index.ts";
import type { RpcMethod } from "../../../src/protocols/grpc/rpc/method.ts";
import { RpcServer } from "../../../src/protocols/grpc/rpc/server.ts";
import { RpcError } from "../../../src/protocols/grpc/wire/rich-status.ts";

const notFound = new HeadBlock(404);

/** Serves methods on a free port of this machine. */
export function listenForCalls(
  methods: readonly RpcMethod[],
  messageBytes: number,
  tls: TlsOptions | null,
): Promise<Listener> {
  const server = new RpcServer({
    methods,
    messageBytes,
    cors: null,
    domain: "conformance",
    observer: null,
    toApiError: toRpcError,
  });
  return listen({
    addresses: [{ host: "127.0.0.1", port: 0 }],
    ...(tls === null ? {} : { tls }),
    handler: (exchange) => {
      if (server.takes(exchange)) server.serve(exchange);
      else exchange.respond(notFound, null, null);
    },
  });
}

/** Errors with the details that the service gives them: the suites count them, and fourfold adds an ErrorInfo to its own. */
function toRpcError(thrown: unknown): RpcError {
  if (thrown instanceof RpcError) return thrown;
  return thrown instanceof ApiError
    ? new RpcError(thrown.kind, thrown.message)
    : new RpcError("internal", String(thrown));
}

export function portOf({ addresses: [address] }: Listener): number {
  if (address === undefined || !("port" in address)) throw new Error("no port");
  return address.port;
}
