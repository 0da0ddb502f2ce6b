import { WebSocket } from "ws";
import type { Line, OpenLine, ToldChange } from "./line.ts";
import { socketLine } from "./socket-line.ts";

interface Told {
  readonly error?: { readonly data?: { readonly code?: string } };
  readonly params?: {
    readonly value?: ToldChange;
    readonly error?: { readonly data?: { readonly code?: string } };
  };
}

/** Watches by JSON-RPC. */
export function rpcLine(port: number, method: string): OpenLine {
  return (after, listener): Line => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { perMessageDeflate: false });
    socket.on("open", () =>
      socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: after === null ? {} : { after } })),
    );
    return socketLine(socket, listener, (text) => {
      const { error, params } = JSON.parse(text) as Told;
      const failed = error ?? params?.error;
      if (failed !== undefined) return failed.data?.code ?? "unknown";
      if (params?.value !== undefined) listener.told(params.value);
      return null;
    });
  };
}
