import { WebSocket } from "ws";
import type { Line, OpenLine, ToldChange } from "./line.ts";
import { socketLine } from "./socket-line.ts";

interface Told {
  readonly type: string;
  readonly payload?:
    | readonly { readonly extensions?: { readonly code?: string } }[]
    | {
        readonly data?: { readonly noteChanged: ToldChange } | null;
        readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
      };
}

const query =
  "subscription Watch($after: String) { noteChanged(after: $after) { type id row { count } position } }";

/** Watches by GraphQL, over graphql-transport-ws. */
export function graphqlLine(port: number): OpenLine {
  return (after, listener): Line => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, "graphql-transport-ws", {
      perMessageDeflate: false,
    });
    socket.on("open", () => socket.send('{"type":"connection_init"}'));
    return socketLine(socket, listener, (text) => {
      const { type, payload } = JSON.parse(text) as Told;
      if (type === "connection_ack")
        socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query, variables: { after } } }));
      if (type === "complete") return "complete";
      if (payload === undefined) return null;
      if (Array.isArray(payload)) return payload[0]?.extensions?.code ?? "unknown";
      if (!("data" in payload) || payload.data === undefined || payload.data === null)
        return ("errors" in payload ? payload.errors?.[0]?.extensions?.code : undefined) ?? "unknown";
      listener.told(payload.data.noteChanged);
      return null;
    });
  };
}
