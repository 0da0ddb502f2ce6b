import assert from "node:assert/strict";
import { test } from "node:test";
import { startTest, type TestServer } from "fourfold/testing";
import blog, { User } from "../../examples/blog/api.ts";
import { readLock } from "../../src/protocols/grpc/lock/read-lock.ts";
import { Told } from "../invoke/watch/changes.ts";
import { build } from "../protocols/grpc/model/build.ts";
import { definitionsOf, GrpcJs } from "../protocols/grpc/streams/grpc-js.ts";
import { EventReader } from "./event-source.ts";

/** One thing that was told, under version 2's names, whichever way it came. */
interface Shown {
  readonly type: string;
  readonly id: string | null;
  readonly row: Readonly<Record<string, unknown>> | null;
  readonly position: string | null;
}

interface Watching {
  next(): Promise<Shown>;
  end(): Promise<void>;
}

/** Watches users by one protocol, in version 2. */
type Way = (
  server: TestServer,
  input: { after?: string; filter?: string; snapshot?: boolean },
) => Promise<Watching>;

const ways: Readonly<Record<string, Way>> = {
  process: async (server, input) => {
    const told = new Told(await server.call(User.watch, input));
    return {
      next: async () => shown({ ...(await told.next()) }),
      end: () => told.end(),
    };
  },
  rest: async (server, input) => {
    const query = new URLSearchParams(Object.entries(input).map(([name, value]) => [name, String(value)]));
    return ofEvents(new EventReader(`${server.origin}/api/v2/users:watch?${query}`), (data) => data);
  },
  grpc: async (server, input) => {
    const model = build(blog, readLock(blog).packages)[1];
    if (model === undefined) throw new Error("There are two versions");
    const client = new GrpcJs(server.port, model.file.package, definitionsOf(model));
    const answers = client.server("UserService/WatchUsers", input);
    return {
      next: async () => shown(await answers.next()),
      end: async () => {
        answers.call.cancel();
        client.close();
      },
    };
  },
  connect: async (server, input) => {
    const leaving = new AbortController();
    const answer = await fetch(`${server.origin}/blog.v2.UserService/WatchUsers`, {
      method: "POST",
      headers: { "content-type": "application/connect+json", "connect-protocol-version": "1" },
      body: enveloped(JSON.stringify(input)),
      signal: leaving.signal,
    });
    const messages = messagesOf(answer);
    return {
      next: async () => shown((await messages.next()).value),
      end: async () => leaving.abort(),
    };
  },
  websocket: webSocket,
  graphql: async (server, input) => {
    const stated = Object.entries(input).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    const query = `subscription { userChanged${stated.length === 0 ? "" : `(${stated.join()})`} {
      type id position row { id displayName email } } }`;
    const address = `${server.origin}/api/v2/graphql?${new URLSearchParams({ query })}`;
    return ofEvents(new EventReader(address), (data) => {
      const result = data as { readonly data?: { readonly userChanged?: unknown } | null };
      assert.ok(result.data, JSON.stringify(data));
      return result.data.userChanged;
    });
  },
};

async function webSocket(server: TestServer, input: object): Promise<Watching> {
  const address = `${server.origin.replace(/^http/, "ws")}/api/v2/rpc`;
  const socket = new WebSocket(address, "fourfold.jsonrpc.v1");
  const told: unknown[] = [];
  let wake = (): void => {};
  socket.onmessage = ({ data }) => {
    const { method, params } = JSON.parse(String(data)) as Readonly<Record<string, unknown>>;
    if (method === "$/next") told.push((params as { readonly value: unknown }).value);
    wake();
  };
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "users.watch", params: input }));
  return {
    next: async () => {
      while (told.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return shown(told.shift());
    },
    end: async () => socket.close(),
  };
}

function ofEvents(reader: EventReader, unwrap: (data: unknown) => unknown): Watching {
  return {
    next: async () => {
      const event = await reader.next();
      assert.ok(event, "an event came");
      return shown(unwrap(event.data));
    },
    end: async () => reader.close(),
  };
}

/** Enums have prefixes in protobuf and are in upper case in GraphQL; what is absent is null or an empty text. */
function shown(told: unknown): Shown {
  assert.ok(typeof told === "object" && told !== null, "something was told");
  const { type, id, row, position } = told as Readonly<Record<string, unknown>>;
  return {
    type: String(type).replace("WATCH_USERS_RESPONSE_TYPE_", "").toLowerCase(),
    id: textOrNull(id),
    row: typeof row === "object" && row !== null ? withoutTag(row) : null,
    position: textOrNull(position),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** Messages of rows have an etag, and rows of this process a version under a symbol. */
function withoutTag(row: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== "etag"));
}

function enveloped(text: string): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(5 + Buffer.byteLength(text));
  new DataView(message.buffer).setUint32(1, message.length - 5);
  message.set(Buffer.from(text), 5);
  return message;
}

async function* messagesOf(answer: Response): AsyncGenerator<unknown> {
  let bytes = Buffer.alloc(0);
  for await (const part of answer.body ?? []) {
    bytes = Buffer.concat([bytes, part]);
    while (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32BE(1)) {
      const end = 5 + bytes.readUInt32BE(1);
      yield JSON.parse(bytes.subarray(5, end).toString());
      bytes = bytes.subarray(end);
    }
  }
}

async function until(watching: Watching, type: string): Promise<readonly Shown[]> {
  const told: Shown[] = [];
  while (told.at(-1)?.type !== type) told.push(await watching.next());
  return told;
}

test("every protocol tells the same: snapshot, changes, positions", async () => {
  await using server = await startTest(blog);
  const watching = await Promise.all(Object.values(ways).map((way) => way(server, {})));
  const snapshots = await Promise.all(watching.map((each) => until(each, "synced")));
  const [expected] = snapshots;
  assert.deepEqual(
    expected?.map(({ type }) => type),
    ["snapshot", "snapshot", "synced"],
  );
  const alan = await server.call(User.create, { displayName: "Alan", email: "alan@example.com" });
  await server.call(User.update, { id: alan.id, displayName: "Alan Turing" });
  await server.call(User.delete, { id: alan.id });
  const changes = await Promise.all(watching.map((each) => until(each, "deleted")));
  const row = { id: alan.id, displayName: "Alan", email: "alan@example.com" };
  for (const [index, name] of Object.keys(ways).entries()) {
    assert.deepEqual(snapshots[index], expected, name);
    assert.deepEqual(
      changes[index]?.map(({ position: _, ...rest }) => rest),
      [
        { type: "created", id: alan.id, row },
        { type: "updated", id: alan.id, row: { ...row, displayName: "Alan Turing" } },
        { type: "deleted", id: alan.id, row: null },
      ],
      name,
    );
    assert.deepEqual(changes[index], changes[0], `${name}: positions`);
  }
  await Promise.all(watching.map((each) => each.end()));
});

test("a position of any protocol is one of all others", async () => {
  await using server = await startTest(blog);
  const names = Object.keys(ways);
  let after: string | null = null;
  for (const [round, from] of [...names, ...names].entries()) {
    const watching: Watching | undefined = await ways[from]?.(
      server,
      after === null ? { snapshot: false } : { after },
    );
    assert.ok(watching);
    const told = await until(watching, "synced");
    assert.deepEqual(
      told.slice(0, -1).map(({ row }) => row?.["displayName"]),
      round === 0 ? [] : [`n${round - 1}`],
      from,
    );
    after = told.at(-1)?.position ?? null;
    assert.ok(after, from);
    await watching.end();
    await server.call(User.create, { displayName: `n${round}`, email: `n${round}@example.com` });
  }
});
