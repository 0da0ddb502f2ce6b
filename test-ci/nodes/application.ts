import { api, channel, resource, t } from "fourfold";
import { run } from "fourfold/cli";

// The application that the tests of many nodes run: as small as what they look at.

const Counter = resource("Counter", {
  fields: { id: t.id(), value: t.int32() },
  cache: { maxAge: "10m", visibility: "public" },
});

/** Its answers may be stale while the database is away. Nobody watches it. */
const Page = resource("Page", {
  fields: { id: t.id(), text: t.string() },
  cache: { maxAge: "10m", visibility: "public", staleIfError: "10m" },
  methods: ["list", "get", "create", "update", "delete"],
});

const Entry = resource("Entry", { plural: "entries", fields: { id: t.id(), text: t.string() } });

const room = channel("/room", {
  message: t.object({ text: t.string() }),
  presence: true,
  receive: ({ message, everyone }) => everyone.send(message),
});

await run(api("nodes", { resources: [Counter, Page, Entry], channels: [room] }));
