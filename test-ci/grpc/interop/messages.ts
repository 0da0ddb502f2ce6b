import { jsonFormat } from "../../../src/protocols/grpc/protobuf/json-format.ts";
import { MessageCompiler } from "../../../src/protocols/grpc/protobuf/message-codec.ts";
import { type FieldShape, MessageShape } from "../../../src/protocols/grpc/protobuf/message-shape.ts";
import type { MessageType } from "../../../src/protocols/grpc/rpc/message-type.ts";
import { ENVELOPE_BYTES, withHead } from "../../../src/protocols/grpc/wire/envelope.ts";

// grpc/testing/messages.proto of github.com/grpc/grpc-proto, as far as a server reads and answers it.

export interface Payload {
  readonly body: Uint8Array;
}

interface EchoStatus {
  /** Of gRPC. */
  readonly code: number;
  readonly message: string;
}

export interface SimpleRequest {
  readonly responseSize: number;
  readonly responseStatus: EchoStatus | undefined;
}

export interface StreamingOutputCallRequest {
  readonly responseParameters: readonly { readonly size: number; readonly intervalUs: number }[];
  readonly responseStatus: EchoStatus | undefined;
}

const payload = message("Payload", one("type", 1, "int32"), one("body", 2, "bytes"));
const echoStatus = message("EchoStatus", one("code", 1, "int32"), one("message", 2, "string"));
const parameters = message("ResponseParameters", one("size", 1, "int32"), one("intervalUs", 2, "int32"));

export const empty: MessageType = toType(message("Empty"));
export const simpleRequest: MessageType = toType(
  message(
    "SimpleRequest",
    one("responseSize", 2, "int32"),
    one("payload", 3, payload),
    one("responseStatus", 7, echoStatus),
  ),
);
export const simpleResponse: MessageType = toType(message("SimpleResponse", one("payload", 1, payload)));
export const inputRequest: MessageType = toType(
  message("StreamingInputCallRequest", one("payload", 1, payload)),
);
export const inputResponse: MessageType = toType(
  message("StreamingInputCallResponse", one("aggregatedPayloadSize", 1, "int32")),
);
export const outputRequest: MessageType = toType(
  message(
    "StreamingOutputCallRequest",
    { name: "responseParameters", number: 2, type: parameters, cardinality: "expanded" },
    one("payload", 3, payload),
    one("responseStatus", 7, echoStatus),
  ),
);
export const outputResponse: MessageType = toType(
  message("StreamingOutputCallResponse", one("payload", 1, payload)),
);

function message(name: string, ...fields: readonly FieldShape[]): MessageShape {
  return new MessageShape(`grpc.testing.${name}`, fields);
}

function one(name: string, number: number, type: FieldShape["type"]): FieldShape {
  return { name, number, type, cardinality: type instanceof MessageShape ? "explicit" : "implicit" };
}

function toType(shape: MessageShape): MessageType {
  const codec = new MessageCompiler().codec(shape);
  return {
    name: shape.name,
    proto: {
      read: (content) => codec.decode(content),
      write: (value) => withHead(codec.encode({ ...Object(value) }, ENVELOPE_BYTES)),
    },
    json: jsonFormat(shape),
  };
}
