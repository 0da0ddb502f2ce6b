import type { Limits } from "../limits.ts";
import { connectionFailure } from "./failure.ts";
import { FRAME_HEAD_BYTES, INITIAL_WINDOW, MAX_FRAME_BYTES, MAX_INT31, SETTINGS } from "./frame-types.ts";
import { readInteger, withFlags, writeFrameHead, writeInteger } from "./frames.ts";

/** Names of settings (RFC 9113 §6.5.2, RFC 8441 §3). */
const HEADER_TABLE_SIZE = 0x1;
const ENABLE_PUSH = 0x2;
const MAX_CONCURRENT_STREAMS = 0x3;
const INITIAL_WINDOW_SIZE = 0x4;
const MAX_FRAME_SIZE = 0x5;
const MAX_HEADER_LIST_SIZE = 0x6;
const ENABLE_CONNECT_PROTOCOL = 0x8;

/** Two of name, four of value. */
export const SETTING_BYTES = 6;
/** What both sides' tables have before SETTINGS. */
export const INITIAL_TABLE_BYTES = 4096;
const MAX_FRAME_SIZE_ALLOWED = 0xff_ffff;

/** What the peer says it bears. Whatever is of no use to us is checked all the same. */
export class PeerSettings {
  /** What each new stream's window for us begins with. */
  initialWindow: number;
  /** The table it keeps for our fields was made smaller, which we must take notice of (RFC 9113 §4.3.1). */
  hasSmallerTable: boolean;

  constructor() {
    this.initialWindow = INITIAL_WINDOW;
    this.hasSmallerTable = false;
  }

  /** Takes the settings in `bytes[start, end)`, in their order. */
  take(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at += SETTING_BYTES) {
      const name = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      this.#set(name, readInteger(bytes, at + 2));
    }
  }

  #set(name: number, value: number): void {
    switch (name) {
      case HEADER_TABLE_SIZE:
        if (value < INITIAL_TABLE_BYTES) this.hasSmallerTable = true;
        break;
      case ENABLE_PUSH:
      case ENABLE_CONNECT_PROTOCOL:
        if (value > 1) throw connectionFailure("protocolError", "a switch in SETTINGS is neither 0 nor 1");
        break;
      case INITIAL_WINDOW_SIZE:
        if (value > MAX_INT31)
          throw connectionFailure("flowControlError", "SETTINGS_INITIAL_WINDOW_SIZE is too large");
        this.initialWindow = value;
        break;
      case MAX_FRAME_SIZE:
        if (value < MAX_FRAME_BYTES || value > MAX_FRAME_SIZE_ALLOWED)
          throw connectionFailure("protocolError", "SETTINGS_MAX_FRAME_SIZE is out of its range");
        break;
    }
  }
}

/** The SETTINGS frame that says what we bear. */
export function encodeSettings(limits: Limits): Uint8Array {
  const settings = [
    [MAX_CONCURRENT_STREAMS, limits.streams],
    [INITIAL_WINDOW_SIZE, limits.streamWindowBytes],
    [MAX_HEADER_LIST_SIZE, limits.headerBytes],
    [ENABLE_CONNECT_PROTOCOL, 1],
  ] as const;
  const length = settings.length * SETTING_BYTES;
  const frame = new Uint8Array(FRAME_HEAD_BYTES + length);
  let at = writeFrameHead(frame, 0, length, withFlags(SETTINGS, 0), 0);
  for (const [name, value] of settings) {
    frame[at + 1] = name;
    at = writeInteger(frame, at + 2, Math.min(Math.floor(value), MAX_INT31));
  }
  return frame;
}
