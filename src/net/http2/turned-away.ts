import { errorCodes } from "./error-codes.ts";
import { FRAME_HEAD_BYTES, GOAWAY, SETTINGS } from "./frame-types.ts";
import { withFlags, writeFrameHead, writeInteger } from "./frames.ts";

const GOAWAY_BYTES = 8;

/** All that a connection is told for which there is no room: SETTINGS, which must come first, and ENHANCE_YOUR_CALM. */
export const turnedAway: Uint8Array = encode();

function encode(): Uint8Array {
  const bytes = new Uint8Array(2 * FRAME_HEAD_BYTES + GOAWAY_BYTES);
  let at = writeFrameHead(bytes, 0, 0, withFlags(SETTINGS, 0), 0);
  at = writeFrameHead(bytes, at, GOAWAY_BYTES, withFlags(GOAWAY, 0), 0);
  writeInteger(bytes, writeInteger(bytes, at, 0), errorCodes.enhanceYourCalm);
  return bytes;
}
