import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type DescMethodStreaming, type DescMethodUnary } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { startTest } from "fourfold/testing";
import { build } from "../model/build.ts";
import { descriptorOf } from "./descriptors.ts";
import { echoes } from "./rig.ts";
import { Seen } from "./watched.ts";

type Message = Readonly<Record<string, unknown>>;

/** Calls methods of the newest version by @connectrpc/connect-node. */
class Caller {
  readonly #transport: Transport;
  readonly #service: ReturnType<typeof descriptorOf>;

  constructor(transport: Transport, service: ReturnType<typeof descriptorOf>) {
    this.#transport = transport;
    this.#service = service;
  }

  async unary(name: string, message: Message, headers: Record<string, string>): Promise<Message> {
    const method = this.#method(name) as DescMethodUnary;
    const { message: answer } = await this.#transport.unary(
      method,
      undefined,
      undefined,
      headers,
      message as never,
    );
    return plain(answer);
  }

  async *stream(
    name: string,
    messages: AsyncIterable<Message> | Iterable<Message>,
    options: {
      readonly signal?: AbortSignal;
      readonly timeout?: number;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ): AsyncGenerator<Message> {
    const method = this.#method(name) as DescMethodStreaming;
    async function* made(): AsyncGenerator<never> {
      for await (const message of messages) yield create(method.input, message) as never;
    }
    const { signal, timeout, headers } = options;
    const { message } = await this.#transport.stream(method, signal, timeout, headers, made());
    for await (const answer of message) yield plain(answer);
  }

  #method(name: string): unknown {
    const found = this.#service.methods.find((method) => method.name === name);
    if (found === undefined) throw new Error(`There is no ${name}`);
    return found;
  }
}

async function collect(answers: AsyncIterable<Message>): Promise<Message[]> {
  const found: Message[] = [];
  for await (const answer of answers) found.push(answer);
  return found;
}

function plain(message: object): Message {
  return Object.fromEntries(Object.entries(message).filter(([name]) => !name.startsWith("$")));
}

const protocols: readonly (readonly [string, (baseUrl: string) => Transport])[] = [
  ["gRPC", (baseUrl) => createGrpcTransport({ baseUrl })],
  ["gRPC-Web", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "2" })],
  ["Connect", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2" })],
  [
    "Connect in JSON",
    (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2", useBinaryFormat: false }),
  ],
];

/** Without both ways at once, which HTTP/1.1 cannot do. */
const older: typeof protocols = [
  ["gRPC-Web over HTTP/1.1", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
  ["Connect over HTTP/1.1", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
];

interface Rig extends AsyncDisposable {
  readonly seen: Seen;
  readonly caller: Caller;
}

async function rig(transportTo: (baseUrl: string) => Transport): Promise<Rig> {
  const seen = new Seen();
  const definition = echoes(seen);
  const server = await startTest(definition);
  const [, second] = build(definition);
  if (second === undefined) throw new Error("There are two versions");
  const caller = new Caller(transportTo(server.origin), descriptorOf(second, "EchoesService"));
  return { seen, caller, [Symbol.asyncDispose]: () => server.close() };
}

function failure(code: Code): (thrown: unknown) => boolean {
  return (thrown) => ConnectError.from(thrown).code === code;
}

for (const [name, transportTo] of older)
  test(`${name}: messages or answers`, async () => {
    await using all = await rig(transportTo);
    assert.equal((await collect(all.caller.stream("Count", [{ to: 300, wide: 100 }]))).length, 300);
    const [sum] = await collect(all.caller.stream("Sum", [{ amountInCents: 1 }, { amountInCents: 2 }]));
    assert.equal(sum?.["total"], 3);
    const bad = [{ amountInCents: 1 }, { amountInCents: -1 }];
    await assert.rejects(collect(all.caller.stream("Sum", bad)), failure(Code.InvalidArgument));
    const leaving = new AbortController();
    await assert.rejects(async () => {
      for await (const _ of all.caller.stream("Endless", [{}], { signal: leaving.signal })) leaving.abort();
    }, failure(Code.Canceled));
    assert.equal(await all.seen.ended("endless"), "endless: CANCELLED");
    await assert.rejects(collect(all.caller.stream("Echo", [{ text: "a" }])));
  });

for (const [name, transportTo] of protocols) {
  test(`${name}: all four sorts of calls`, async () => {
    await using all = await rig(transportTo);
    const headers = { authorization: "Bearer ann" };
    assert.equal((await all.caller.unary("Say", { text: "a" }, headers))["caller"], "ann");
    const counted = await collect(all.caller.stream("Count", [{ to: 300, wide: 100 }]));
    assert.deepEqual([counted.length, counted[299]?.["value"]], [300, 300]);
    const amounts = Array.from({ length: 1000 }, (_, index) => ({ amountInCents: index + 1 }));
    const [sum, ...more] = await collect(all.caller.stream("Sum", amounts));
    assert.deepEqual([sum?.["total"], sum?.["messages"], more.length], [500_500, 1000, 0]);
    const answered = Promise.withResolvers<void>();
    async function* inTurn(): AsyncGenerator<Message> {
      yield { text: "a" };
      await answered.promise;
      yield { text: "b" };
    }
    const found: unknown[] = [];
    for await (const { text, place } of all.caller.stream("Echo", inTurn(), { headers })) {
      found.push([text, place]);
      answered.resolve();
    }
    assert.deepEqual(found, [
      ["a", 0],
      ["b", 1],
    ]);
  });

  test(`${name}: errors in the midst of a stream, deadlines and leaving`, async () => {
    await using all = await rig(transportTo);
    const found: unknown[] = [];
    const texts = ["a", "b", "too many"].map((text) => ({ text }));
    await assert.rejects(async () => {
      for await (const { text } of all.caller.stream("Echo", texts)) found.push(text);
    }, failure(Code.ResourceExhausted));
    assert.deepEqual(found, ["a", "b"]);
    const bad = [{ amountInCents: 1 }, { amountInCents: -1 }];
    await assert.rejects(collect(all.caller.stream("Sum", bad)), failure(Code.InvalidArgument));
    await assert.rejects(collect(all.caller.stream("Secured", texts)), failure(Code.Unauthenticated));
    await assert.rejects(
      collect(all.caller.stream("Silent", [{}], { timeout: 100 })),
      failure(Code.DeadlineExceeded),
    );
    assert.match(await all.seen.ended("silent"), /DEADLINE_EXCEEDED|CANCELLED/);
    const leaving = new AbortController();
    await assert.rejects(async () => {
      for await (const _ of all.caller.stream("Endless", [{}], { signal: leaving.signal })) leaving.abort();
    }, failure(Code.Canceled));
    assert.equal(await all.seen.ended("endless"), "endless: CANCELLED");
  });
}
