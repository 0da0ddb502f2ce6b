import { once } from "node:events";
import {
  type CallOptions,
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceError,
  type StatusObject,
} from "@grpc/grpc-js";
import { fromJSON, type PackageDefinition } from "@grpc/proto-loader";
import type { VersionModel } from "../../../../src/protocols/grpc/model/build.ts";
import {
  readErrorDetails,
  readRichStatus,
  type ToldError,
} from "../../../../src/protocols/grpc/wire/rich-status-reader.ts";
import { parsed } from "../model/build.ts";

export type Message = Readonly<Record<string, unknown>>;

/** How a call ended. */
export interface End {
  readonly code: number;
  readonly message: string;
  readonly details: ToldError | null;
  readonly trailers: Metadata;
}

/** What a call is made with. */
export interface Asked {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly deadline?: number;
  /** In place of what the .proto says. */
  readonly serialize?: (message: object) => Buffer;
}

/** What @grpc/grpc-js knows of a version, from the .proto's text. */
export function definitionsOf(model: VersionModel): PackageDefinition {
  return fromJSON(parsed(model).toJSON(), { longs: String, enums: String, defaults: true });
}

/** The methods of one package, by @grpc/grpc-js. */
export class GrpcJs {
  readonly client: Client;
  readonly #package: string;
  readonly #definitions: PackageDefinition;

  constructor(port: number, packageName: string, definitions: PackageDefinition) {
    this.client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    this.#package = packageName;
    this.#definitions = definitions;
  }

  /** One message, one answer. */
  unary(place: string, message: Message, asked: Asked = {}): Promise<{ answer: Message | null; end: End }> {
    const { path, responseDeserialize, requestSerialize } = this.#method(place);
    return new Promise((resolve) => {
      let answer: Message | null = null;
      this.client
        .makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          message,
          metadataOf(asked),
          optionsOf(asked),
          (_, found) => {
            answer = (found as Message | undefined) ?? null;
          },
        )
        .on("status", (status) => setImmediate(() => resolve({ answer, end: toEnd(status) })));
    });
  }

  /** One message, many answers. */
  server(place: string, message: Message, asked: Asked = {}): Answers {
    const { path, responseDeserialize, requestSerialize } = this.#method(place);
    return new Answers(
      this.client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        message,
        metadataOf(asked),
        optionsOf(asked),
      ),
    );
  }

  /** Many messages, one answer. */
  sending(place: string, asked: Asked = {}): Sending {
    const { path, responseDeserialize, requestSerialize } = this.#method(place);
    const answer = Promise.withResolvers<Message | null>();
    const call = this.client.makeClientStreamRequest(
      path,
      asked.serialize ?? requestSerialize,
      responseDeserialize,
      metadataOf(asked),
      optionsOf(asked),
      (_, found) => answer.resolve((found as Message | undefined) ?? null),
    );
    return new Sending(call, answer.promise);
  }

  /** Many messages, many answers. */
  both(place: string, asked: Asked = {}): Both {
    const { path, responseDeserialize, requestSerialize } = this.#method(place);
    return new Both(
      this.client.makeBidiStreamRequest(
        path,
        asked.serialize ?? requestSerialize,
        responseDeserialize,
        metadataOf(asked),
        optionsOf(asked),
      ),
    );
  }

  close(): void {
    this.client.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #method(place: string): MethodDefinition<object, object> {
    const [service = "", name = ""] = place.split("/");
    const found = this.#definitions[`${this.#package}.${service}`];
    if (found === undefined || "format" in found) throw new Error(`There is no service ${service}`);
    const method = found[name];
    if (method === undefined) throw new Error(`There is no method ${place}`);
    return method;
  }
}

/** Answers as they come. */
export class Answers {
  readonly call: ClientReadableStream<object>;
  readonly end: Promise<End>;
  readonly headers: Promise<Metadata>;
  readonly #iterator: AsyncIterator<object>;

  constructor(call: ClientReadableStream<object>) {
    this.call = call;
    this.end = endOf(call);
    this.headers = new Promise((resolve) => call.once("metadata", resolve));
    this.#iterator = call[Symbol.asyncIterator]();
  }

  /** The next answer; null at the end, whichever it is. */
  async next(): Promise<Message | null> {
    try {
      const { value, done } = await this.#iterator.next();
      return done === true ? null : { ...value };
    } catch {
      return null;
    }
  }

  async all(): Promise<Message[]> {
    const found: Message[] = [];
    for (let each = await this.next(); each !== null; each = await this.next()) found.push(each);
    return found;
  }
}

/** Messages on their way, and the answer to all of them. */
export class Sending {
  readonly call: ClientWritableStream<object>;
  readonly answer: Promise<Message | null>;
  readonly end: Promise<End>;

  constructor(call: ClientWritableStream<object>, answer: Promise<Message | null>) {
    this.call = call;
    this.answer = answer;
    this.end = endOf(call);
  }

  send(message: Message): Promise<void> {
    return send(this.call, message);
  }
}

/** Messages and answers at the same time. */
export class Both extends Answers {
  readonly #duplex: ClientDuplexStream<object, object>;

  constructor(call: ClientDuplexStream<object, object>) {
    super(call);
    this.#duplex = call;
  }

  send(message: Message): Promise<void> {
    return send(this.#duplex, message);
  }

  close(): void {
    this.#duplex.end();
  }
}

/** Waits for room, as writers of streams do. */
async function send(call: ClientWritableStream<object>, message: Message): Promise<void> {
  if (!call.write(message)) await once(call, "drain");
}

function endOf(call: Answers["call"] | Sending["call"]): Promise<End> {
  call.on("error", (_: ServiceError) => {});
  return new Promise((resolve) => call.on("status", (status: StatusObject) => resolve(toEnd(status))));
}

function toEnd({ code, details, metadata }: StatusObject): End {
  const [rich] = metadata.get("grpc-status-details-bin");
  const told = rich === undefined ? null : readErrorDetails(readRichStatus(Buffer.from(rich)));
  return { code, message: details, details: told, trailers: metadata };
}

function metadataOf({ metadata = {} }: Asked): Metadata {
  const made = new Metadata();
  for (const [name, value] of Object.entries(metadata)) made.set(name, value);
  return made;
}

function optionsOf({ deadline }: Asked): CallOptions {
  return deadline === undefined ? {} : { deadline: Date.now() + deadline };
}
