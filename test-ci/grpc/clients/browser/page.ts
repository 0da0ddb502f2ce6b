import type { Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import type { Asked, Outcome } from "../client.ts";
import { ConnectCalls } from "../connect-calls.ts";
import { registryFrom } from "../registry.ts";

/** Ways of connect-web to the server. */
const transports: Readonly<Record<string, (baseUrl: string) => Transport>> = {
  connect: (baseUrl) => createConnectTransport({ baseUrl, useBinaryFormat: true }),
  "connect in JSON, with GET": (baseUrl) => createConnectTransport({ baseUrl, useHttpGet: true }),
  "grpc-web": (baseUrl) => createGrpcWebTransport({ baseUrl }),
};

const set = await fetch("/set.binpb");
const registry = registryFrom(new Uint8Array(await set.arrayBuffer()));

/** What the test calls: makes a call from this page. */
async function ask(way: string, baseUrl: string, asked: Asked): Promise<Outcome> {
  const transport = transports[way];
  if (transport === undefined) throw new Error(`There is no ${way}`);
  return await new ConnectCalls(registry, transport(baseUrl), null).ask(asked);
}

Object.assign(globalThis, { ask });
