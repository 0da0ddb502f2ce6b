import { readFile } from "node:fs/promises";
import type { FileRegistry } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import {
  compressionGzip,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import type { Client, ClientKind, Target } from "../client.ts";
import { ConnectCalls } from "../connect-calls.ts";
import { fullDuplex, pings } from "../lacks.ts";

const KEEPALIVE_MS = 200;

interface Options {
  readonly name: string;
  readonly protocol: "connect" | "grpc" | "grpc-web";
  readonly httpVersion: "1.1" | "2";
  readonly useBinaryFormat?: boolean;
  readonly useHttpGet?: boolean;
}

const http1 = "both ways at once needs HTTP/2";

/** @connectrpc/connect-node by one protocol and version of HTTP. */
export function connectNode(options: Options, registry: () => FileRegistry): ClientKind {
  const isHttp2 = options.httpVersion === "2";
  return {
    name: options.name,
    format: options.useBinaryFormat === false ? "json" : "proto",
    keepsConnection: isHttp2,
    endsBeforeItResets: isHttp2,
    keepaliveMs: isHttp2 ? KEEPALIVE_MS : null,
    lacks: isHttp2 ? {} : { ...fullDuplex(http1), ...pings("HTTP/1.1 has no pings") },
    connect: (target) => connect(options, target, registry()),
  };
}

async function connect(options: Options, target: Target, registry: FileRegistry): Promise<Client> {
  const { port, isSecure, certificate } = target;
  const baseUrl = isSecure ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  const nodeOptions = isSecure ? { ca: await readFile(certificate) } : {};
  const session = new Http2SessionManager(
    baseUrl,
    { pingIntervalMs: KEEPALIVE_MS, pingIdleConnection: true },
    nodeOptions,
  );
  const transport = (compresses: boolean): Transport => {
    const common = {
      baseUrl,
      useBinaryFormat: options.useBinaryFormat ?? true,
      ...(compresses ? { sendCompression: compressionGzip } : {}),
    };
    const http =
      options.httpVersion === "2"
        ? { httpVersion: "2" as const, sessionManager: session, nodeOptions }
        : { httpVersion: "1.1" as const, nodeOptions };
    switch (options.protocol) {
      case "grpc":
        return createGrpcTransport({ ...common, nodeOptions, sessionManager: session });
      case "grpc-web":
        return createGrpcWebTransport({ ...common, ...http });
      case "connect":
        return createConnectTransport({ ...common, ...http, useHttpGet: options.useHttpGet ?? false });
    }
  };
  const calls = new ConnectCalls(registry, transport(false), transport(true));
  return {
    ask: (asked) => calls.ask(asked),
    // The server closes the connection when it stops; one that is broken off here would be pinged all the same.
    [Symbol.asyncDispose]: async () => {},
  };
}
