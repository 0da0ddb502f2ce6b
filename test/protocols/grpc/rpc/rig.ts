import { once } from "node:events";
import { connect } from "node:http2";
import { setTimeout as wait } from "node:timers/promises";
import { ApiError } from "../../../../src/errors/api-error.ts";
import { HeadBlock, type Limits, listen } from "../../../../src/net/index.ts";
import { jsonFormat } from "../../../../src/protocols/grpc/protobuf/json-format.ts";
import { MessageCompiler } from "../../../../src/protocols/grpc/protobuf/message-codec.ts";
import { MessageShape } from "../../../../src/protocols/grpc/protobuf/message-shape.ts";
import type { MessageType } from "../../../../src/protocols/grpc/rpc/message-type.ts";
import type { RpcMethod } from "../../../../src/protocols/grpc/rpc/method.ts";
import { RpcServer } from "../../../../src/protocols/grpc/rpc/server.ts";
import { ENVELOPE_BYTES, withHead } from "../../../../src/protocols/grpc/wire/envelope.ts";
import { RpcError } from "../../../../src/protocols/grpc/wire/rich-status.ts";

/** What a message has at most here. */
export const MESSAGE_BYTES = 64 * 1024;

const shape = new MessageShape("t.Text", [
  { name: "text", number: 1, type: "string", cardinality: "implicit" },
]);
const codec = new MessageCompiler().codec(shape);
const text: MessageType = {
  name: "t.Text",
  proto: {
    read: (content) => codec.decode(content),
    write: (value) => withHead(codec.encode({ ...Object(value) }, ENVELOPE_BYTES)),
  },
  json: jsonFormat(shape),
};

/** A message in its envelope, with flags that may be wrong. */
export function envelope(content: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(ENVELOPE_BYTES);
  head[0] = flags;
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}

export function encode(value: string): Buffer {
  return Buffer.from(codec.encode({ text: value }));
}

/** An answer over HTTP/2, to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Of gRPC: of the head or of the trailers. */
  readonly grpcStatus: number;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly content: Buffer;
}

/** A server of a few methods, and one connection of HTTP/2 to it. */
export async function startRig(limits: Partial<Limits> = {}) {
  const ended = Promise.withResolvers<unknown>();
  const common = { service: "t.Texts", request: text, response: text, series: null };
  const methods: RpcMethod[] = [
    { ...common, name: "Say", kind: "unary", isSafe: true, write: null, handle: (_, message) => message },
    { ...common, name: "Set", kind: "unary", isSafe: false, write: null, handle: (_, message) => message },
    {
      ...common,
      name: "Wait",
      kind: "unary",
      isSafe: false,
      write: null,
      handle: (call, message) =>
        wait(60_000, message, { signal: call.signal }).catch((thrown: unknown) => {
          ended.resolve(call.signal.reason);
          throw thrown;
        }),
    },
    {
      ...common,
      name: "Fail",
      kind: "unary",
      isSafe: false,
      write: null,
      handle: (call, message) => {
        if (Reflect.get(Object(message), "text") === "headers") call.addHeader("x-head", "h");
        call.addTrailer("x-trail", "t");
        throw new RpcError("not_found", "");
      },
    },
    {
      ...common,
      name: "Join",
      kind: "client",
      isSafe: false,
      handle: async (_, messages) => {
        let length = 0;
        for await (const message of messages) length += Reflect.get(Object(message), "text").length;
        return { text: String(length) };
      },
    },
    {
      ...common,
      name: "Echo",
      kind: "bidi",
      isSafe: false,
      isEndless: false,
      handle: (_, messages) => messages,
    },
  ];
  const server = new RpcServer({
    methods,
    messageBytes: MESSAGE_BYTES,
    cors: null,
    domain: "t",
    observer: null,
    toApiError: (thrown) => (thrown instanceof ApiError ? thrown : new RpcError("internal", "")),
  });
  const notFound = new HeadBlock(404);
  const listener = await listen({
    addresses: [{ host: "127.0.0.1", port: 0 }],
    handler: (exchange) =>
      server.takes(exchange) ? server.serve(exchange) : exchange.respond(notFound, null, null),
    limits,
  });
  const [address] = listener.addresses;
  if (address === undefined || !("port" in address)) throw new Error("no port");
  const origin = `http://127.0.0.1:${address.port}`;
  const session = connect(origin);
  await once(session, "connect");

  const begin = (path: string, contentType: string, more: Record<string, string> = {}) =>
    session.request({
      ":method": "POST",
      ":path": path,
      "content-type": contentType,
      te: "trailers",
      ...more,
    });

  return {
    origin,
    session,
    /** Why the call of `Wait` ended, once it has. */
    ended: ended.promise,
    begin,
    async ask(
      path: string,
      contentType: string,
      content: Uint8Array,
      more: Record<string, string> = {},
    ): Promise<Answer> {
      const stream = begin(path, contentType, more);
      stream.end(content);
      return answerOf(stream);
    },
    async [Symbol.asyncDispose]() {
      session.destroy();
      await listener.close();
    },
  };
}

export async function answerOf(stream: ReturnType<ReturnType<typeof connect>["request"]>): Promise<Answer> {
  const parts: Buffer[] = [];
  let trailers: Record<string, unknown> = {};
  stream.on("trailers", (fields) => {
    trailers = { ...fields };
  });
  stream.on("data", (part: Buffer) => parts.push(part));
  const [[headers]] = await Promise.all([once(stream, "response"), once(stream, "close")]);
  return {
    status: Number(headers[":status"]),
    headers,
    trailers,
    grpcStatus: Number(trailers["grpc-status"] ?? headers["grpc-status"]),
    content: Buffer.concat(parts),
  };
}
