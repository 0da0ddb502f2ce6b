import { type EventEmitter, once } from "node:events";
import { readFile } from "node:fs/promises";
import {
  type FileRegistry,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import {
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  compressionAlgorithms,
  credentials,
  Client as GrpcClient,
  Metadata,
  type MethodDefinition,
  type ServiceDefinition,
  type StatusObject,
} from "@grpc/grpc-js";
import { load, type PackageDefinition } from "@grpc/proto-loader";
import type { JsonObject } from "fourfold";
import type { Asked, Client, ClientKind, Outcome, Target } from "../client.ts";
import { codeOf } from "../codes.ts";
import { begunCall } from "../connect-calls.ts";
import { Progress } from "../progress.ts";

const KEEPALIVE_MS = 200;

/** @grpc/grpc-js with the messages of @grpc/proto-loader. `registry` is only for putting those from and into ProtoJSON. */
export function grpcJs(registry: () => FileRegistry): ClientKind {
  return {
    name: "grpc-js",
    format: "proto",
    keepsConnection: true,
    endsBeforeItResets: true,
    keepaliveMs: KEEPALIVE_MS,
    lacks: {},
    connect: async (target) =>
      new GrpcJs(target, registry(), await definitionsIn(target), await rootOf(target)),
  };
}

function definitionsIn({ protos }: Target): Promise<PackageDefinition> {
  return load(["trial.proto", "user.proto"], {
    includeDirs: [protos],
    keepCase: true,
    longs: String,
    enums: String,
  });
}

async function rootOf({ isSecure, certificate }: Target): Promise<Buffer | null> {
  return isSecure ? await readFile(certificate) : null;
}

type AnyCall =
  | ClientUnaryCall
  | ClientReadableStream<object>
  | ClientWritableStream<object>
  | ClientDuplexStream<object, object>;

class GrpcJs implements Client {
  readonly #clients: readonly GrpcClient[];
  readonly #definitions: PackageDefinition;
  readonly #registry: FileRegistry;

  constructor(target: Target, registry: FileRegistry, definitions: PackageDefinition, root: Buffer | null) {
    this.#registry = registry;
    this.#definitions = definitions;
    const address = `localhost:${target.port}`;
    const secured = root === null ? credentials.createInsecure() : credentials.createSsl(root);
    // Compression is an option of the channel.
    this.#clients = [compressionAlgorithms.identity, compressionAlgorithms.gzip].map(
      (algorithm) =>
        new GrpcClient(address, secured, {
          "grpc.keepalive_time_ms": KEEPALIVE_MS,
          "grpc.keepalive_permit_without_calls": 1,
          "grpc.default_compression_algorithm": algorithm,
        }),
    );
  }

  async ask(asked: Asked): Promise<Outcome> {
    const all = await Promise.all(Array.from({ length: asked.times ?? 1 }, () => this.#askOnce(asked)));
    const failed = all.find(({ code }) => code !== "OK") ?? all[0];
    return { code: "", message: "", details: [], ...failed, answers: all.flatMap(({ answers }) => answers) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
  }

  async #askOnce(asked: Asked): Promise<Outcome> {
    const { definition, toAnswer } = this.#method(asked.method);
    const answers: JsonObject[] = [];
    const ended = Promise.withResolvers<StatusObject>();
    const progress = new Progress(
      asked,
      () => call.cancel(),
      (key) => this.ask(begunCall(key)),
    );
    const take = (answer: object): void => {
      answers.push(toAnswer(definition.responseSerialize(answer)));
      progress.answerCame();
    };
    const call = this.#start(asked, definition, take);
    const events: EventEmitter = call;
    events.on("metadata", () => progress.headerCame());
    // What answers one message tells its status before it hands the answer over.
    events.on("status", (status: StatusObject) => setImmediate(() => ended.resolve(status)));
    const status = await Promise.race([
      ended.promise,
      this.#send(call, asked, definition, progress, ended.promise),
    ]);
    progress.ended();
    return { answers, ...this.#toEnd(status) };
  }

  #start(
    asked: Asked,
    definition: MethodDefinition<object, object>,
    take: (answer: object) => void,
  ): AnyCall {
    const client = this.#clients[asked.gzip === true ? 1 : 0];
    if (client === undefined) throw new Error("There are two clients");
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(asked.metadata ?? {})) metadata.set(name, value);
    const options = asked.timeout === undefined ? {} : { deadline: Date.now() + asked.timeout };
    const { path, requestSerialize: serialize, responseDeserialize: deserialize } = definition;
    const told = (_: unknown, answer?: object): void => {
      if (answer !== undefined) take(answer);
    };
    const message = (): object => this.#messages(asked, definition)[0] ?? {};
    switch (asked.kind) {
      case "unary":
        return client.makeUnaryRequest(path, serialize, deserialize, message(), metadata, options, told);
      case "server":
        return reading(
          client.makeServerStreamRequest(path, serialize, deserialize, message(), metadata, options),
          take,
        );
      case "client":
        return client.makeClientStreamRequest(path, serialize, deserialize, metadata, options, told);
      case "bidi":
        return reading(client.makeBidiStreamRequest(path, serialize, deserialize, metadata, options), take);
    }
  }

  /** Sends the messages of a stream; the status comes by `ended`. */
  async #send(
    call: AnyCall,
    asked: Asked,
    definition: MethodDefinition<object, object>,
    progress: Progress,
    ended: Promise<StatusObject>,
  ): Promise<StatusObject> {
    if ("write" in call) {
      for await (const message of progress.messages(this.#messages(asked, definition)))
        if (!call.write(message)) await Promise.race([once(call, "drain"), ended]);
      call.end();
    }
    return await ended;
  }

  #messages(asked: Asked, { requestDeserialize }: MethodDefinition<object, object>): readonly object[] {
    const { input } = this.#method(asked.method);
    return asked.messages.map((message) =>
      requestDeserialize(Buffer.from(toBinary(input, fromJson(input, message as JsonValue)))),
    );
  }

  #method(path: string) {
    const [service = "", name = ""] = path.split("/");
    const known = this.#registry.getService(service)?.methods ?? [];
    const described = known.find((each) => each.name === name) ?? known[0];
    const definitions = this.#definitions[service] as ServiceDefinition;
    const definition = definitions[described?.name ?? ""] as MethodDefinition<object, object> | undefined;
    if (described === undefined || definition === undefined) throw new Error(`There is no ${path}`);
    const { input, output } = described;
    const toAnswer = (bytes: Uint8Array): JsonObject =>
      toJson(output, fromBinary(output, bytes), { registry: this.#registry }) as JsonObject;
    return { definition: { ...definition, path: `/${path}` }, input, toAnswer };
  }

  #toEnd({ code, details, metadata }: StatusObject): Omit<Outcome, "answers"> {
    const [bytes] = metadata.get("grpc-status-details-bin");
    const schema = this.#registry.getMessage("google.rpc.Status");
    if (typeof bytes !== "object" || schema === undefined)
      return { code: codeOf(code), message: code === 0 ? "" : details, details: [] };
    const rich = toJson(schema, fromBinary(schema, bytes), { registry: this.#registry }) as JsonObject;
    return {
      code: codeOf(code),
      message: details,
      details: (rich["details"] ?? []) as readonly JsonObject[],
    };
  }
}

function reading<Call extends ClientReadableStream<object>>(
  call: Call,
  take: (answer: object) => void,
): Call {
  call.on("data", take);
  // The status tells of it too.
  call.on("error", () => {});
  return call;
}
