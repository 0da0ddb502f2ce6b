import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { MessageCompiler } from "../../../src/protocols/grpc/protobuf/message-codec.ts";
import type { MessageShape } from "../../../src/protocols/grpc/protobuf/message-shape.ts";
import { AccountSchema, GetUserResponseSchema } from "../../servers/grpc/generated/bench_pb.js";
import { loadStaticCode, type StaticMessage } from "../../servers/grpc/static-code.ts";
import type { Samples } from "./samples.ts";
import { accountShape, userShape } from "./shapes.ts";

/** What one library makes of one type of message. Values are of its own kind, and known to nobody else. */
export interface MessageWork {
  /** Decodes the bytes, then encodes what that gave; both answer how often, each for `milliseconds`. */
  measure(bytes: readonly Uint8Array[], milliseconds: number): { encode: number; decode: number };
}

/** What both types of messages have. */
interface Named {
  readonly id?: unknown;
  readonly name?: unknown;
}

/** All types of messages of one library. */
export type Library = Readonly<Record<keyof Samples, MessageWork>>;

/** By name. */
export const libraries: Readonly<Record<string, () => Promise<Library>>> = {
  fourfold: async () => ({ user: compiled(userShape), account: compiled(accountShape) }),
  protobufjs: async () => {
    const { GetUserResponse, Account } = await loadStaticCode();
    return { user: generated(GetUserResponse), account: generated(Account) };
  },
  "@bufbuild/protobuf": async () => ({
    user: work(
      (bytes) => fromBinary(GetUserResponseSchema, bytes),
      (value) => toBinary(GetUserResponseSchema, value),
    ),
    account: work(
      (bytes) => fromBinary(AccountSchema, bytes),
      (value) => toBinary(AccountSchema, value),
    ),
  }),
};

function compiled(shape: MessageShape): MessageWork {
  const codec = new MessageCompiler().codec(shape);
  return work(
    (bytes) => codec.decode(bytes),
    (value) => codec.encode(value),
  );
}

function generated<T extends Named>(message: StaticMessage<T>): MessageWork {
  return work(
    (bytes) => message.decode(bytes),
    (value) => message.encode(value).finish(),
  );
}

function work<T extends Named>(
  decode: (bytes: Uint8Array) => T,
  encode: (value: T) => Uint8Array,
): MessageWork {
  return {
    measure(samples, milliseconds) {
      const values = samples.map(decode);
      for (const value of values) flatten(value);
      for (const [index, value] of values.entries()) {
        const bytes = samples[index];
        if (bytes === undefined || Buffer.compare(encode(value), bytes) !== 0)
          throw new Error(`${Buffer.from(encode(value)).toString("hex")} is not what was decoded`);
      }
      const decoded = perSecond(samples, milliseconds, (bytes) => lookAt(decode(bytes)));
      return {
        decode: decoded,
        encode: perSecond(values, milliseconds, (value) => encode(value).length & 1),
      };
    },
  };
}

/**
 * Reads a character of two texts, as whoever decodes a message reads them: protobufjs makes them of parts, which V8 only then
 * puts together.
 */
function lookAt({ id, name }: Named): number {
  if (typeof id !== "string" || typeof name !== "string") return 0;
  return id.charCodeAt(id.length - 1) + name.charCodeAt(name.length - 1);
}

/**
 * Makes all texts anew. Decoded ones are parts of a larger text (fourfold) or made of parts (protobufjs); what is answered comes from
 * elsewhere and is mostly neither.
 */
function flatten(message: object): void {
  for (const [key, member] of message instanceof Map ? message : Object.entries(message)) {
    if (typeof member === "string") {
      const text = Buffer.from(member).toString();
      if (message instanceof Map) message.set(key, text);
      else Reflect.set(message, key, text);
    } else if (typeof member === "object" && member !== null && !(member instanceof Uint8Array)) {
      flatten(member);
    }
  }
}

const batch = 64;
let seen = 0;

/** How often something can be done in a second of processor time, with one item after the other. */
function perSecond<T>(items: readonly T[], milliseconds: number, once: (item: T) => number): number {
  const startedAt = process.cpuUsage();
  let done = 0;
  let elapsed = 0;
  while (elapsed < milliseconds) {
    for (let index = 0; index < batch; index++) for (const item of items) seen += once(item);
    done += batch * items.length;
    const { user, system } = process.cpuUsage(startedAt);
    elapsed = (user + system) / 1000;
  }
  if (seen < 0) throw new Error("Something was counted wrong");
  return (done / elapsed) * 1000;
}
