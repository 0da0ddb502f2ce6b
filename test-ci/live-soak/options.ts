/** How many are connected by which way, and for how long they come and go. */
export interface LiveSoakOptions {
  readonly seconds: number;
  readonly clients: Clients;
  /** Changes of small rows a second, of all writers together; of large ones; and messages of each room. */
  readonly changes: number;
  readonly largeChanges: number;
  readonly messages: number;
}

/** Clients by what they are connected to. */
export interface Clients {
  /** Watches of small rows: by JSON-RPC, by GraphQL over WebSocket, by server-sent events. */
  readonly rpc: number;
  readonly graphql: number;
  readonly events: number;
  /** Watches of large rows by JSON-RPC: who stalls among them fills what buffers there are. */
  readonly large: number;
  /** In rooms whose slow connections are closed; and in one of large messages, where the oldest are left out. */
  readonly rooms: number;
  readonly largeRooms: number;
  readonly looseRooms: number;
}

/** LIVE_SOAK_SECONDS says for how long: half a minute, where it is silent. */
export const options: LiveSoakOptions = {
  seconds: Number(process.env["LIVE_SOAK_SECONDS"] ?? 30),
  clients: { rpc: 1_200, graphql: 200, events: 100, large: 30, rooms: 450, largeRooms: 10, looseRooms: 10 },
  changes: 20,
  largeChanges: 6,
  messages: 5,
};

export function clientsOf({ clients }: LiveSoakOptions): number {
  return Object.values(clients).reduce((sum, count) => sum + count, 0);
}

/** Characters of a large text: a stalled connection has several megabytes of the system's before it takes ours. */
export const largeText: string = "All work and no play makes a server dull. ".repeat(3_000);
