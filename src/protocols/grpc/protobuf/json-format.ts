import { repeatedMember } from "../../../base/repeated-member.ts";
import type { MessageFormat } from "../rpc/message-type.ts";
import { ENVELOPE_BYTES, withHead } from "../wire/envelope.ts";
import { JsonPlace } from "./json-codec.ts";
import { JsonCompiler } from "./json-compiler.ts";
import { MessageShape, type ValueShape } from "./message-shape.ts";
import { ProtoError } from "./proto-error.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** ProtoJSON of a message (protobuf.dev, "ProtoJSON Format"). */
export function jsonFormat(shape: MessageShape | ValueShape): MessageFormat {
  const { message } = new JsonCompiler();
  const codec = shape instanceof MessageShape ? message(shape) : shape.json(message);
  return {
    read: (content) => codec.fromJson(parse(content), new JsonPlace()),
    write: (value) => enveloped(codec.toJson(value)),
  };
}

function parse(content: Uint8Array): unknown {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(content);
    value = JSON.parse(text);
  } catch {
    throw new ProtoError("the message must be JSON in UTF-8");
  }
  const repeated = repeatedMember(text, value);
  if (repeated !== null) throw new ProtoError(`${repeated} is stated twice`);
  return value;
}

function enveloped(text: string): Uint8Array {
  const bytes = Buffer.allocUnsafe(ENVELOPE_BYTES + Buffer.byteLength(text));
  bytes.write(text, ENVELOPE_BYTES, "utf8");
  return withHead(bytes);
}
