import {
  type ChannelEvent,
  createClient,
  type Feed,
  isError,
  type JsonOf,
  remote,
  type WatchEvent,
} from "../../src/client/index.ts";
import {
  channel,
  command,
  error,
  type JsonValue,
  query,
  resource,
  subscription,
  t,
} from "../../src/index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expectType<_T extends true>(): void {}

const Full = error("FULL", {
  kind: "resource_exhausted",
  details: { until: t.timestamp(), room: t.string() },
});
const Note = resource("Note", {
  fields: {
    id: t.id(),
    text: t.string(),
    size: t.int64({ default: 0n }),
    at: t.timestamp({ optional: true }),
    data: t.json({ optional: true }),
  },
});
const pin = command("pin", {
  on: Note,
  input: { until: t.timestamp() },
  output: Note,
  handle: ({ target }) => target,
});
const total = query("total", { output: t.int64(), handle: () => 1n });
const ticks = subscription("ticks", {
  input: { every: t.int32({ default: 1 }) },
  output: t.object({ at: t.timestamp() }),
  async *handle() {
    yield { at: new Date() };
  },
});
const room = channel("/rooms/{id}/{side}", {
  message: t.object({ at: t.timestamp() }),
  sends: t.object({ from: t.string(), at: t.timestamp() }),
});
const lobby = channel("/lobby", { message: t.text() });

interface Row {
  readonly id: string;
  readonly text: string;
  readonly size: bigint;
  readonly at: Date | null;
  readonly data: JsonValue | null;
}
type Flat<T> = { [K in keyof T]: T[K] };

const client = createClient();

export async function definitions(): Promise<void> {
  const row = await client.call(Note.get, { id: "1" });
  expectType<Equal<Flat<typeof row>, Flat<Row>>>();
  const { items } = await client.call(Note.list);
  expectType<Equal<(typeof items)[number], typeof row>>();
  const counted = await client.call(total);
  expectType<Equal<typeof counted, bigint>>();
  const deleted = await client.call(Note.delete, { id: "1" }, { timeout: 1_000 });
  expectType<Equal<typeof deleted, void>>();
  await client.call(pin, { id: "1", until: new Date() });
  // @ts-expect-error: there is no default for its input
  await client.call(Note.get);
  // @ts-expect-error: misspelt
  await client.call(Note.get, { di: "1" });
  // @ts-expect-error: no such option
  await client.call(Note.get, { id: "1" }, { timout: 1 });
  // @ts-expect-error: a timestamp is a Date
  await client.call(pin, { id: "1", until: "2030-01-01" });

  const watch = client.watch(Note, { filter: 'text = "a"' });
  expectType<Equal<typeof watch, Feed<WatchEvent<typeof row>>>>();
  for await (const event of watch) {
    if (event.type === "snapshot") expectType<Equal<typeof event.row, typeof row>>();
    // @ts-expect-error: there is no row that was deleted
    if (event.type === "deleted") event.row;
  }
  for await (const tick of client.subscribe(ticks)) expectType<Equal<typeof tick.at, Date>>();

  const connection = client.channel(room, { id: "1", side: "left" });
  connection.send({ at: new Date() });
  // @ts-expect-error: that is what it sends, not what it takes
  connection.send({ from: "me" });
  connection.listen((event) => {
    if (event.type === "message") expectType<Equal<typeof event.message.from, string>>();
  });
  // @ts-expect-error: a name in braces is missing
  client.channel(room, { id: "1" });
  // @ts-expect-error: both are
  client.channel(room);
  const text = client.channel(lobby);
  text.send("hello");
  expectType<
    Equal<
      Parameters<Parameters<typeof text.listen>[0]>[0] extends infer E
        ? E extends ChannelEvent<string>
          ? E
          : never
        : never,
      ChannelEvent<string>
    >
  >();
}

export async function references(): Promise<void> {
  const notes = remote.resource<typeof Note>("notes");
  const row = await client.call(notes.get, { id: "1" });
  expectType<Equal<typeof row.size, string>>();
  expectType<Equal<typeof row.at, string | null>>();
  expectType<Equal<typeof row.data, JsonValue | null>>();
  // What was got may be sent back, and so may typed values.
  await client.call(notes.create, { text: row.text, size: row.size, at: row.at });
  await client.call(notes.create, { text: "", size: 1n, at: new Date() });
  // @ts-expect-error: no such field
  await client.call(notes.create, { title: "" });
  const { items } = await client.call(notes.list);
  expectType<Equal<(typeof items)[number]["size"], string>>();
  for await (const event of client.watch(notes)) {
    if (event.type === "created") expectType<Equal<typeof event.row.size, string>>();
  }
  const pinned = await client.call(remote.command<typeof pin>("notes.pin"), {
    id: "1",
    until: "2030-01-01T00:00:00Z",
  });
  expectType<Equal<typeof pinned.at, string | null>>();
  const counted = await client.call(remote.query<typeof total>("total"));
  expectType<Equal<typeof counted, string>>();
  const values = client.subscribe(remote.subscription<typeof ticks>("ticks"), { every: 2 });
  for await (const tick of values) expectType<Equal<typeof tick.at, string>>();
  const connection = client.channel(remote.channel<typeof room>("/rooms/{id}/{side}"), {
    id: "1",
    side: "a",
  });
  connection.send({ at: "2030-01-01T00:00:00Z" });
  // @ts-expect-error: no such path
  remote.channel<typeof room>("/room");
}

export function errors(thrown: unknown): void {
  if (isError(thrown, Full)) {
    expectType<Equal<typeof thrown.details.until, string>>();
    // @ts-expect-error: no such detail
    thrown.details.when;
  }
}

expectType<
  Equal<
    JsonOf<{ a: Date; b: readonly bigint[]; c?: Uint8Array }>,
    { a: string; b: readonly string[]; c?: string }
  >
>();
