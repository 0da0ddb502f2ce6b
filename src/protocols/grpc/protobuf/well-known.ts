import { OutputMismatch } from "../../../plan/codec/codec.ts";
import { membersOf } from "./json-codec.ts";
import { fieldMaskJson } from "./json-field-mask.ts";
import { durationJson, timestampJson } from "./json-instants.ts";
import type { ValueShape } from "./message-shape.ts";
import { ProtoError } from "./proto-error.ts";
import type { ProtoReader } from "./proto-reader.ts";
import type { ProtoWriter } from "./proto-writer.ts";

const NANOS_A_MS = 1_000_000;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999Z, between which a Timestamp lies (google/protobuf/timestamp.proto). */
const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_999;
/** Of a Duration, to either side (google/protobuf/duration.proto). */
const MAX_DURATION_SECONDS = 315_576_000_000n;
const NANOS_A_SECOND = 1_000_000_000;

/** Seconds and nanoseconds, which both Timestamp and Duration consist of. */
interface Instant {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** `google.protobuf.Timestamp` as a Date; what is finer than a millisecond is cut off. */
export const timestamp: ValueShape = {
  name: "google.protobuf.Timestamp",
  write(writer, value) {
    const ms = value instanceof Date ? value.getTime() : Number.NaN;
    if (!(ms >= FIRST_MS && ms <= LAST_MS)) throw new OutputMismatch("a Date of the years 1 to 9999", value);
    const seconds = Math.floor(ms / 1000);
    writeInstant(writer, { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * NANOS_A_MS });
  },
  read(reader) {
    const { seconds, nanos } = readInstant(reader);
    const ms = Number(seconds) * 1000 + Math.floor(nanos / NANOS_A_MS);
    if (nanos < 0 || nanos >= NANOS_A_SECOND || !(ms >= FIRST_MS && ms <= LAST_MS))
      throw new ProtoError("a timestamp is not of the years 1 to 9999");
    return new Date(ms);
  },
  json: () => timestampJson,
};

/** `google.protobuf.Duration` as nanoseconds in a bigint. */
export const duration: ValueShape = {
  name: "google.protobuf.Duration",
  write(writer, value) {
    if (typeof value !== "bigint") throw new OutputMismatch("a bigint of nanoseconds", value);
    const seconds = value / BigInt(NANOS_A_SECOND);
    if (seconds > MAX_DURATION_SECONDS || seconds < -MAX_DURATION_SECONDS)
      throw new OutputMismatch("a duration of less than 10,000 years", value);
    writeInstant(writer, { seconds, nanos: Number(value % BigInt(NANOS_A_SECOND)) });
  },
  read(reader) {
    const { seconds, nanos } = readInstant(reader);
    const isSameSign = seconds === 0n || nanos === 0 || seconds > 0n === nanos > 0;
    if (!isSameSign || Math.abs(nanos) >= NANOS_A_SECOND) throw new ProtoError("a duration is not valid");
    if (seconds > MAX_DURATION_SECONDS || seconds < -MAX_DURATION_SECONDS)
      throw new ProtoError("a duration is longer than 10,000 years");
    return seconds * BigInt(NANOS_A_SECOND) + BigInt(nanos);
  },
  json: () => durationJson,
};

/** `google.protobuf.FieldMask` as its paths. */
export const fieldMask: ValueShape = {
  name: "google.protobuf.FieldMask",
  write(writer, value) {
    if (!Array.isArray(value)) throw new OutputMismatch("a list of paths", value);
    for (const path of value) {
      writer.varint(10);
      writer.string(path);
    }
  },
  read(reader) {
    const paths: string[] = [];
    while (reader.at < reader.end) {
      const tag = reader.tag();
      if (tag === 10) paths.push(reader.string());
      else reader.skip(tag);
    }
    return paths;
  },
  json: () => fieldMaskJson,
};

/** `google.protobuf.Empty`, which has nothing to say. */
export const empty: ValueShape = {
  name: "google.protobuf.Empty",
  write() {},
  read(reader) {
    while (reader.at < reader.end) reader.skip(reader.tag());
    return {};
  },
  json: () => ({
    toJson: () => "{}",
    fromJson(json, place) {
      membersOf(json, place);
      return {};
    },
  }),
};

function writeInstant(writer: ProtoWriter, { seconds, nanos }: Instant): void {
  if (seconds !== 0n) {
    writer.varint(8);
    writer.int64(seconds);
  }
  if (nanos !== 0) {
    writer.varint(16);
    writer.int32(nanos);
  }
}

function readInstant(reader: ProtoReader): Instant {
  let seconds = 0n;
  let nanos = 0;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === 8) seconds = reader.int64();
    else if (tag === 16) nanos = reader.int32();
    else reader.skip(tag);
  }
  return { seconds, nanos };
}
