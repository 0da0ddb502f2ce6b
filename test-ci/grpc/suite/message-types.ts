import {
  type DescMessage,
  type FileRegistry,
  fromBinary,
  fromJson,
  type Message,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { ProtoError } from "../../../src/protocols/grpc/protobuf/proto-error.ts";
import type { MessageType } from "../../../src/protocols/grpc/rpc/message-type.ts";
import { enclose } from "../../../src/protocols/grpc/wire/envelope.ts";

/** A type of messages as @bufbuild/protobuf reads and writes it. */
export function messageType(registry: FileRegistry, name: string): MessageType {
  const schema = descriptorOf(registry, name);
  return {
    name,
    proto: {
      read: (content) => orProtoError(() => fromBinary(schema, content)),
      write: (value) => enclose(toBinary(schema, asMessage(value))),
    },
    json: {
      read: (content) =>
        orProtoError(() =>
          fromJson(schema, JSON.parse(Buffer.from(content).toString()), {
            registry,
            ignoreUnknownFields: true,
          }),
        ),
      write: (value) => enclose(Buffer.from(JSON.stringify(toJson(schema, asMessage(value), { registry })))),
    },
  };
}

export function descriptorOf(registry: FileRegistry, name: string): DescMessage {
  const found = registry.getMessage(name);
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found;
}

function asMessage(value: unknown): Message {
  if (typeof value !== "object" || value === null || !isMessage(value)) throw new Error("No message");
  return value;
}

function isMessage(value: object): value is Message {
  return "$typeName" in value;
}

function orProtoError<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw new ProtoError(String(thrown));
  }
}
