import { ACK, FRAME_HEAD_BYTES, GOAWAY, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE } from "./frame-types.ts";
import type { Output } from "./output.ts";

/** Writes a frame's head (RFC 9113 §4.1), for which there must be room, and returns the position after it. */
export function writeFrameHead(
  target: Uint8Array,
  at: number,
  length: number,
  typeAndFlags: number,
  stream: number,
): number {
  target[at] = length >>> 16;
  target[at + 1] = length >>> 8;
  target[at + 2] = length;
  target[at + 3] = typeAndFlags >>> 8;
  target[at + 4] = typeAndFlags;
  writeInteger(target, at + 5, stream);
  return at + FRAME_HEAD_BYTES;
}

/** Both in one number, the type above. */
export function withFlags(type: number, flags: number): number {
  return (type << 8) | flags;
}

export function writeSettingsAck(output: Output): void {
  begin(output, 0, withFlags(SETTINGS, ACK), 0);
}

/** The eight bytes of the ping that is answered begin at `start`. */
export function writePingAck(output: Output, bytes: Uint8Array, start: number): void {
  begin(output, 8, withFlags(PING, ACK), 0);
  for (let index = 0; index < 8; index += 1) output.bytes[output.at + index] = bytes[start + index] ?? 0;
  output.at += 8;
}

export function writePing(output: Output, content: Uint8Array): void {
  begin(output, 8, withFlags(PING, 0), 0);
  output.write(content);
}

export function writeWindowUpdate(output: Output, stream: number, increment: number): void {
  begin(output, 4, withFlags(WINDOW_UPDATE, 0), stream);
  output.at = writeInteger(output.bytes, output.at, increment);
}

export function writeReset(output: Output, stream: number, code: number): void {
  begin(output, 4, withFlags(RST_STREAM, 0), stream);
  output.at = writeInteger(output.bytes, output.at, code);
}

/** `lastStream`: the last one that was or may still be worked on. */
export function writeGoAway(output: Output, lastStream: number, code: number): void {
  begin(output, 8, withFlags(GOAWAY, 0), 0);
  output.at = writeInteger(output.bytes, output.at, lastStream);
  output.at = writeInteger(output.bytes, output.at, code);
}

/** Makes room for the whole frame and writes its head. */
function begin(output: Output, length: number, typeAndFlags: number, stream: number): void {
  output.reserve(FRAME_HEAD_BYTES + length);
  output.at = writeFrameHead(output.bytes, output.at, length, typeAndFlags, stream);
}

export function writeInteger(target: Uint8Array, at: number, value: number): number {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
  return at + 4;
}

export function readInteger(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  );
}
