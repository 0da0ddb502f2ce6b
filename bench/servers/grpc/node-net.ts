import { createServer, type Socket } from "node:net";
import { adopt } from "../../../src/net/adopted-socket.ts";
import { handTo, type SocketReceiver } from "../../../src/net/socket-events.ts";
import { inEnvelope } from "../../load/grpc-call.ts";
import { settings } from "../parts/settings.ts";
import { sampleUsers } from "../parts/users.ts";
import { userMessage } from "./user-message.ts";

/**
 * What a call costs at least on Node's sockets: frames are told apart by their heads, and the end of a call's content is answered
 * with frames that were made at start, all answers to one read in one write. No field is decoded, no window looked at, nothing
 * checked or logged; the user is the one whose number the id ends with. No server, but the line that servers are held against.
 */

const PREFACE_BYTES = 24;
const HEAD_BYTES = 9;
const [DATA, HEADERS, SETTINGS, PING, WINDOW_UPDATE] = [0, 1, 4, 6, 8];
const [ACK, END_STREAM, END_HEADERS] = [1, 1, 4];
/** Hexadecimal digits at the end of an id that tell users apart. */
const NUMBER_DIGITS = 3;

/** Literals without a table (RFC 7541 §6.2.2); content-type and date have their names in the static one. */
const headBlock = [
  Buffer.of(0x88, 0x0f, 0x10, 16),
  Buffer.from("application/grpc"),
  Buffer.of(0x0f, 0x12, 29),
  Buffer.from(new Date().toUTCString()),
];
const trailersBlock = [Buffer.of(0, 11), Buffer.from("grpc-status"), Buffer.of(1), Buffer.from("0")];
const answers = sampleUsers.map((user) => [
  frame(HEADERS, END_HEADERS, Buffer.concat(headBlock)),
  frame(DATA, 0, inEnvelope(userMessage(user))),
  frame(HEADERS, END_HEADERS | END_STREAM, Buffer.concat(trailersBlock)),
]);
/** The window of the connection lasts for 40 million calls. */
const greeting = Buffer.concat([
  frame(SETTINGS, 0, Buffer.alloc(0)),
  frame(WINDOW_UPDATE, 0, Buffer.of(0x7f, 0xff, 0, 0)),
]);
const settingsAck = frame(SETTINGS, ACK, Buffer.alloc(0));

class Answering implements SocketReceiver {
  readonly #socket: Socket;
  /** Bytes of a frame whose end has not come. */
  #rest: Buffer;
  #isGreeted: boolean;
  readonly #output: Buffer;
  #at: number;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#rest = Buffer.alloc(0);
    this.#isGreeted = false;
    this.#output = Buffer.alloc(256 * 1024);
    this.#at = 0;
    socket.write(greeting);
  }

  received(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#isGreeted && bytes.length >= PREFACE_BYTES) {
      this.#isGreeted = true;
      bytes = bytes.subarray(PREFACE_BYTES);
    }
    const taken = this.#isGreeted ? this.#takeFrames(bytes) : 0;
    this.#rest = taken === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(taken));
    if (this.#at > 0) this.#socket.write(this.#output.subarray(0, this.#at));
    // What the system has not taken at once would be overwritten.
    if (this.#socket.writableLength > 0) this.#socket.destroy();
    this.#at = 0;
  }

  ended(): void {
    this.#socket.destroy();
  }

  drained(): void {}
  stalled(): void {}
  closed(): void {}

  /** Returns how many bytes were whole frames. */
  #takeFrames(bytes: Buffer): number {
    let at = 0;
    while (bytes.length - at >= HEAD_BYTES) {
      const end = at + HEAD_BYTES + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      this.#takeFrame(bytes, at, end);
      at = end;
    }
    return at;
  }

  #takeFrame(bytes: Buffer, at: number, end: number): void {
    const [type, flags] = [bytes[at + 3], bytes[at + 4] ?? 0];
    if (type === DATA && (flags & END_STREAM) !== 0) {
      const number = Number.parseInt(bytes.toString("latin1", end - NUMBER_DIGITS, end), 16);
      const stream = bytes.readUInt32BE(at + 5);
      for (const part of answers[number] ?? []) this.#write(part, stream);
    } else if (type === SETTINGS && flags !== ACK) this.#write(settingsAck, 0);
    else if (type === PING && flags !== ACK)
      this.#write(frame(PING, ACK, bytes.subarray(at + HEAD_BYTES, end)), 0);
  }

  #write(bytes: Buffer, stream: number): void {
    this.#output.set(bytes, this.#at);
    this.#output.writeUInt32BE(stream, this.#at + 5);
    this.#at += bytes.length;
  }
}

createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, (accepted) => {
  const socket = adopt(accepted, 64 * 1024);
  handTo(new Answering(socket), socket);
}).listen(settings.port, "127.0.0.1");

/** A frame of stream 0 (RFC 9113 §4.1). */
function frame(type: number, flags: number, content: Buffer): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + content.length);
  bytes.writeUIntBE(content.length, 0, 3);
  bytes.set([type, flags], 3);
  bytes.set(content, HEAD_BYTES);
  return bytes;
}
