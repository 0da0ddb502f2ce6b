import { httpRequest } from "../http-request.ts";

/** What is said after the handshake, and what is heard once the other side has taken it; null for nothing that could be heard. */
export interface Step {
  readonly say: string | null;
  readonly until: RegExp | null;
}

/** How one server is asked to tell many of something: the same work in other words. */
export interface Dialect {
  readonly subprotocol: string | null;
  readonly receivers: Place;
  readonly publisher: Place;
  /** The text that has each receiver told of the nth message. */
  publish(index: number): string;
  /** What each receiver must be told then, and the publisher be answered. */
  readonly told: RegExp;
  readonly answered: RegExp;
}

/** Where sockets are opened. */
export interface Place {
  readonly path: string;
  readonly steps: readonly Step[];
}

/** 120 bytes, as people write them. */
const message = JSON.stringify({
  from: "ada",
  text: "What was decided is on the list; the rest can wait until we meet again on Monday",
});
const toldMessage = /"from":"ada","text":"What was decided .* on Monday"/;
/** A number of as many digits, whatever it counts. */
const numbered = (index: number): number => 1_000_000_000 + index;
const toldCount = /"count":1\d{9}/;

const inRoom: Place = { path: "/rooms/1", steps: [] };
/** Engine.IO 4 and Socket.IO 5: the server speaks first, and then confirms the namespace. */
const overSocketIo: Place = {
  path: "/socket.io/?EIO=4&transport=websocket",
  steps: [
    { say: null, until: /0\{"sid"/ },
    { say: "40", until: /40\{"sid"/ },
  ],
};

/** A channel of messages, and a WebSocket of `ws` that does the same. */
const channel: Dialect = {
  subprotocol: null,
  receivers: inRoom,
  publisher: inRoom,
  publish: () => message,
  told: toldMessage,
  answered: toldMessage,
};
/** `ws` once more, where the publisher is told too. */
const socketIo: Dialect = {
  subprotocol: null,
  receivers: overSocketIo,
  publisher: overSocketIo,
  publish: () => `42["message",${message}]`,
  told: toldMessage,
  answered: toldMessage,
};

function watch(note: string): Dialect {
  return {
    subprotocol: null,
    receivers: {
      path: "/rpc",
      steps: [
        {
          say: '{"jsonrpc":"2.0","id":1,"method":"notes.watch","params":{"snapshot":false}}',
          until: /"synced"/,
        },
      ],
    },
    publisher: { path: "/rpc", steps: [] },
    publish: (index) => {
      const params = { id: note, count: numbered(index) };
      return JSON.stringify({ jsonrpc: "2.0", id: index, method: "notes.update", params });
    },
    told: toldCount,
    answered: /"result":/,
  };
}

/** `confirmed`: what tells that a subscription is open, for a server that says so. */
function graphql(note: string, confirmed: RegExp | null): Dialect {
  const opening = { say: '{"type":"connection_init"}', until: /connection_ack/ };
  const document = "subscription { noteChanged(snapshot: false) { type id row { title count } } }";
  const update = "mutation Update($id: ID!, $count: Int!) { updateNote(id: $id, count: $count) { id } }";
  return {
    subprotocol: "graphql-transport-ws",
    receivers: {
      path: "/graphql",
      steps: [
        opening,
        {
          say: JSON.stringify({ id: "1", type: "subscribe", payload: { query: document } }),
          until: confirmed,
        },
      ],
    },
    publisher: { path: "/graphql", steps: [opening] },
    publish: (index) =>
      JSON.stringify({
        id: String(index),
        type: "subscribe",
        payload: { query: update, variables: { id: note, count: numbered(index) } },
      }),
    told: toldCount,
    answered: /"data":\{"updateNote":\{/,
  };
}

/** The names on the command line. */
export type DialectName = "channel" | "socket.io" | "watch" | "graphql" | "mercurius";

export async function dialectOf(name: string, port: number): Promise<Dialect> {
  if (name === "channel") return channel;
  if (name === "socket.io") return socketIo;
  const note = await noteOf(port);
  if (name === "watch") return watch(note);
  return graphql(note, name === "graphql" ? /synced/ : null);
}

/** The one row that there is; ids are the server's own. */
async function noteOf(port: number): Promise<string> {
  const { body } = await httpRequest({ port, method: "GET", path: "/notes" });
  const { notes } = JSON.parse(body) as { readonly notes: readonly { readonly id: string }[] };
  const [note] = notes;
  if (note === undefined) throw new Error("There is no note");
  return note.id;
}
