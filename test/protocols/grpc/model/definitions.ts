import { type Api, api, command, query, resource, subscription, t } from "fourfold";

export const Box = resource("Box", { fields: { id: t.id(), label: t.string() } });

/** With a field of every kind. */
export const Thing = resource("Thing", {
  description: "Has a field\nof every kind.",
  fields: {
    id: t.id(),
    name: t.string(),
    body: t.text({ optional: true }),
    mail: t.email({ nullable: true }),
    site: t.url(),
    key: t.uuid(),
    count: t.int32({ default: 3 }),
    total: t.int64(),
    ratio: t.float(),
    price: t.decimal({ precision: 9, scale: 2 }),
    isOpen: t.boolean({ optional: true }),
    data: t.bytes(),
    at: t.timestamp(),
    day: t.date(),
    state: t.enum(["draft", "inProgress", "DONE"]),
    extra: t.json(),
    box: t.ref(() => Box),
    tags: t.list(t.string()),
    levels: t.list(t.int32(), { optional: true }),
    moods: t.list(t.enum(["good", "bad"])),
    address: t.object({
      street: t.string(),
      zip: t.string({ optional: true }),
      secret: t.string({ writeOnly: true }),
      place: t.object({ lat: t.float(), lng: t.float() }),
      owner: t.ref(() => Box),
    }),
    parts: t.list(t.object({ size: t.int32() })),
    grid: t.list(t.list(t.int32())),
    cube: t.list(t.list(t.list(t.object({ w: t.int32() })))),
    gaps: t.list(t.timestamp({ nullable: true })),
    password: t.string({ writeOnly: true }),
    madeAt: t.timestamp({ readOnly: true, optional: true }),
    userID: t.string({ deprecated: "use key", description: "Of the user." }),
  },
});

/** Everything that a .proto of ours may have. */
export const kinds: Api = api("kinds", {
  description: "An API\nof every kind.",
  resources: [Box, Thing],
  operations: [
    command("stack", { on: Box, deprecated: "not needed", handle: () => undefined }),
    query("weigh", { on: Box, scope: "collection", output: t.float({ nullable: true }), handle: () => null }),
    query("find", {
      input: { like: t.list(t.string()), state: t.enum(["new", "old"], { optional: true }) },
      output: { things: t.list(t.row(Thing)), next: t.row(Box, { optional: true }) },
      handle: () => ({ things: [] }),
    }),
    subscription("follow", {
      output: t.object({ at: t.timestamp(), of: t.enum(["new", "old"]) }),
      async *handle() {},
    }),
  ],
});
