/** What one read of a socket takes at most. */
const READ_BYTES = 64 * 1024;

/** Read into by all sockets in turn: what is read is used up, or copied, before the next read. */
export const sharedBuffer: Buffer = Buffer.allocUnsafeSlow(READ_BYTES);
const sharedMemory = sharedBuffer.buffer;

const sharedView = new DataView(sharedMemory);
/** What {@link sharedRead} returned last. */
let lastRead: Buffer | null = null;

/** Views of the shared buffer by their length: a small read needs no object of its own, for it is over when the next one begins. */
const views: Buffer[] = [];
const LONGEST_VIEW = 1024;

/** What a read has left in the shared buffer. */
export function sharedRead(length: number): Buffer {
  lastRead = readOf(length);
  return lastRead;
}

function readOf(length: number): Buffer {
  if (length > LONGEST_VIEW) return sharedBuffer.subarray(0, length);
  const known = views[length];
  if (known !== undefined) return known;
  const view = sharedBuffer.subarray(0, length);
  views[length] = view;
  return view;
}

/** Parts of the shared buffer by their place, for the same reason; they are made anew when there are too many. */
let parts = new Map<number, Buffer>();
const MOST_PARTS = 512;
/** Of the beginning of a part whose place is one small number. */
const LAST_PART = 0x3fff;
/** What {@link partOf} returned last of the shared buffer, and where it begins. */
let lastPart: Buffer | null = null;
let lastPartStart = 0;

/** A part of what was read. */
export function partOf(bytes: Buffer, start: number, end: number): Buffer {
  if (bytes !== lastRead || start > LAST_PART) return bytes.subarray(start, end);
  lastPart = sharedPart(start, end);
  lastPartStart = start;
  return lastPart;
}

function sharedPart(start: number, end: number): Buffer {
  const place = start * 0x10000 + end;
  const known = parts.get(place);
  if (known !== undefined) return known;
  if (parts.size >= MOST_PARTS) parts = new Map();
  const part = sharedBuffer.subarray(start, end);
  parts.set(place, part);
  return part;
}

/**
 * The memory that bytes lie in, from {@link offsetOf} on, for whoever reads words of them; it may go on behind their end. What was read last is told
 * by its identity: to ask for its memory would take V8 longer.
 */
export function viewOf(bytes: Uint8Array): DataView {
  if (bytes === lastRead || bytes === lastPart) return sharedView;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Where they begin in {@link viewOf}. */
export function offsetOf(bytes: Uint8Array): number {
  return bytes === lastPart ? lastPartStart : 0;
}

/** For a socket that fills it with one read after the other: what it reads is kept, and copies would cost more than buffers. */
export function ownBuffer(): Buffer {
  return Buffer.allocUnsafeSlow(READ_BYTES);
}

/** Fewer bytes than these must not keep a whole buffer: who sends them well placed would have 64 KiB kept for each KiB. */
const WORTH_A_BUFFER = READ_BYTES / 8;

let wereKept = false;

/** Whether somebody has asked, since this was called last, whether bytes that were read last: who does not may not keep them. */
export function takeWereKept(): boolean {
  const were = wereKept;
  wereKept = false;
  return were;
}

/** Whether no read will overwrite the bytes, and they do not keep a buffer that is much larger. */
export function isLasting(bytes: Uint8Array): boolean {
  wereKept = true;
  const { buffer } = bytes;
  if (buffer === sharedMemory) return false;
  return bytes.length >= WORTH_A_BUFFER || buffer.byteLength !== READ_BYTES;
}

/** The same bytes for as long as one likes: copied where they must be. */
export function lasting(bytes: Uint8Array): Uint8Array {
  return isLasting(bytes) ? bytes : Buffer.from(bytes);
}
