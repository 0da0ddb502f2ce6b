/** Types of frames (RFC 9113 §6). */
export const DATA = 0x0;
export const HEADERS = 0x1;
export const PRIORITY = 0x2;
export const RST_STREAM = 0x3;
export const SETTINGS = 0x4;
export const PUSH_PROMISE = 0x5;
export const PING = 0x6;
export const GOAWAY = 0x7;
export const WINDOW_UPDATE = 0x8;
export const CONTINUATION = 0x9;

/** Flags. END_STREAM is of DATA and HEADERS, ACK of SETTINGS and PING. */
export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;
export const WITH_PRIORITY = 0x20;

/** Length, type, flags and stream (§4.1). */
export const FRAME_HEAD_BYTES = 9;
/** What every peer takes in one frame (§4.2); we announce no more and send no more. */
export const MAX_FRAME_BYTES = 16_384;
/** Windows of flow control, of connections always and of streams before SETTINGS (§6.9.2). */
export const INITIAL_WINDOW = 65_535;
/** Of windows and stream ids. */
export const MAX_INT31 = 0x7fff_ffff;
