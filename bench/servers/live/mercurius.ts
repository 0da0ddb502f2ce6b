import { fastify } from "fastify";
import { mercurius } from "mercurius";
import { settings } from "../parts/settings.ts";
import { findNote, listNotes, updateNote } from "./notes.ts";

const typeDefs = /* GraphQL */ `
  type Note { id: ID! title: String! count: Int! }
  type NoteChange { type: String! id: ID row: Note }
  type Query { note: Note! }
  type Mutation { updateNote(id: ID!, count: Int!): Note }
  type Subscription { noteChanged(snapshot: Boolean): NoteChange! }
`;

interface Update {
  readonly id: string;
  readonly count: number;
}

const topic = "NOTE_CHANGED";
const app = fastify({ logger: false });

app.get("/notes", (_, reply) => reply.type("application/json").send(listNotes()));
app.register(mercurius, {
  schema: typeDefs,
  jit: 1,
  subscription: { fullWsTransport: true },
  resolvers: {
    Query: { note: () => findNote() },
    Mutation: {
      updateNote: (_: unknown, { id, count }: Update, { pubsub }) => {
        const row = updateNote(id, count);
        if (row !== null)
          pubsub.publish({ topic, payload: { noteChanged: { type: "updated", id: row.id, row } } });
        return row;
      },
    },
    Subscription: {
      noteChanged: { subscribe: (_root: unknown, _input: unknown, { pubsub }) => pubsub.subscribe(topic) },
    },
  },
});

await app.listen({ host: "127.0.0.1", port: settings.port });
