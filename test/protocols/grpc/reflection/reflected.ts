import assert from "node:assert/strict";
import { createFileRegistry, type FileRegistry, fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { definitionsOf } from "../binding/definitions.ts";
import { type Both, GrpcJs, type Message } from "../streams/grpc-js.ts";

/** Asks a server what it serves, over one stream of calls. */
export class Reflected {
  readonly client: GrpcJs;
  readonly stream: Both;

  constructor(client: GrpcJs, stream: Both) {
    this.client = client;
    this.stream = stream;
  }

  async ask(request: Message): Promise<Message> {
    await this.stream.send(request);
    const answer = await this.stream.next();
    if (answer === null) {
      const { code, message } = await this.stream.end;
      throw new Error(`${code}: ${message}`);
    }
    return answer;
  }

  async services(): Promise<readonly string[]> {
    const { list_services_response: list } = await this.ask({ list_services: "*" });
    const services: unknown = Reflect.get(Object(list), "service");
    assert.ok(Array.isArray(services));
    return services.map(({ name }) => String(name));
  }

  /** The files of an answer, the one that was asked for first. */
  async files(request: Message): Promise<readonly FileDescriptorProto[]> {
    const { file_descriptor_response: found } = await this.ask(request);
    const files: unknown = Reflect.get(Object(found), "file_descriptor_proto");
    assert.ok(Array.isArray(files), JSON.stringify(request));
    return files.map((file) => fromBinary(FileDescriptorProtoSchema, file));
  }

  /** What @bufbuild/protobuf makes of the file of a symbol and all that it imports. */
  async registry(symbol: string): Promise<FileRegistry> {
    const [file, ...imports] = await this.files({ file_containing_symbol: symbol });
    assert.ok(file !== undefined);
    return createFileRegistry(file, (path) => imports.find(({ name }) => name === path));
  }

  [Symbol.dispose](): void {
    this.client.close();
  }
}

export async function reflect(
  port: number,
  version: "v1" | "v1alpha" = "v1",
  metadata: Readonly<Record<string, string>> = {},
): Promise<Reflected> {
  const file = new URL(`./reflection-${version}.proto`, import.meta.url);
  const client = new GrpcJs(port, `grpc.reflection.${version}`, await definitionsOf(file));
  return new Reflected(client, client.both("ServerReflection/ServerReflectionInfo", { metadata }));
}
