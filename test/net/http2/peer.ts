import { connect, type Socket } from "node:net";
import { HpackDecoder } from "../../../src/net/hpack/decoder.ts";
import { END_HEADERS, END_STREAM, frame, number, preface, settings, text, types } from "../attacks/frames.ts";

/** Fields as `[name, value, ...]`: names may come twice, and in any order. */
export type FieldList = readonly string[];

export const getFields: FieldList = [":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a"];
export const postFields: FieldList = [":method", "POST", ":scheme", "http", ":path", "/", ":authority", "a"];

/** An extended CONNECT (RFC 8441 §4). */
export function connectFields(protocol: string, ...more: FieldList): FieldList {
  const fields = [":method", "CONNECT", ":protocol", protocol, ":scheme", "http", ":path", "/", ":authority"];
  return [...fields, "a", ...more];
}

export function getOf(path: string, ...more: FieldList): FieldList {
  return [":method", "GET", ":scheme", "http", ":path", path, ":authority", "a", ...more];
}

/** Literal fields without indexing, and without Huffman's code. */
export function fieldBlock(fields: FieldList): Buffer {
  const parts: Buffer[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2)
    parts.push(Buffer.from([0]), text(fields[index] ?? ""), text(fields[index + 1] ?? ""));
  return Buffer.concat(parts);
}

/** HEADERS in one frame. */
export function head(stream: number, fields: FieldList, flags = 0): Buffer {
  return frame(types.headers, END_HEADERS | flags, stream, fieldBlock(fields));
}

export function data(stream: number, content: string | Uint8Array, flags = 0): Buffer {
  return frame(types.data, flags, stream, Buffer.from(content));
}

export function reset(stream: number, code = 8): Buffer {
  return frame(types.reset, 0, stream, number(code));
}

export function windowUpdate(stream: number, increment: number): Buffer {
  return frame(types.windowUpdate, 0, stream, number(increment));
}

/** What has come of one stream. */
export class Answer {
  /** Fields of the interim answers that came before the final one. */
  readonly interim: FieldList[] = [];
  fields: FieldList = [];
  trailers: FieldList | null = null;
  readonly parts: Buffer[] = [];
  length = 0;
  /** The stream's end has come, and not by a reset. */
  isWhole = false;
  /** The code of RST_STREAM; -1 without one. */
  code = -1;

  get status(): string {
    return this.field(":status") ?? "";
  }

  get content(): Buffer {
    return Buffer.concat(this.parts);
  }

  field(name: string): string | undefined {
    const index = this.fields.findIndex((each, at) => at % 2 === 0 && each === name);
    return index < 0 ? undefined : this.fields[index + 1];
  }
}

/** A client that sends whatever it is told, and takes apart what comes as it comes. */
export class Http2Peer {
  readonly socket: Socket;
  readonly answers: Map<number, Answer> = new Map();
  /** The window that the server has given to the connection, beyond the initial one; what was sent is not taken off. */
  given = 0;
  readonly givenTo: Map<number, number> = new Map();
  readonly settings: Map<number, number> = new Map();
  acknowledgements = 0;
  readonly pings: string[] = [];
  readonly goAways: { readonly last: number; readonly code: number }[] = [];
  /** Types of all frames, in order. */
  readonly types: number[] = [];
  /** Bytes of field blocks, for each frame. */
  readonly blockSizes: number[] = [];
  ended = false;
  #pending: Buffer = Buffer.alloc(0);
  #block: Buffer[] = [];
  #blockFlags = 0;
  readonly #decoder: HpackDecoder;
  readonly #changes: (() => void)[] = [];

  /** `null` sends nothing at first. */
  constructor(port: number, first: Buffer | null = settings()) {
    this.#decoder = new HpackDecoder({ tableBytes: 4096, headerBytes: 1e9, headerCount: 1e9 });
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    this.socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.socket.on("end", () => this.#end());
    this.socket.on("error", () => this.#end());
    this.socket.on("close", () => this.#end());
    if (first !== null) this.send(preface, first);
  }

  send(...parts: readonly Uint8Array[]): this {
    if (this.socket.writable) this.socket.write(Buffer.concat(parts));
    return this;
  }

  /** What has come of a stream so far. */
  answer(stream: number): Answer {
    let answer = this.answers.get(stream);
    if (answer === undefined) {
      answer = new Answer();
      this.answers.set(stream, answer);
    }
    return answer;
  }

  /** Waits until something holds; fails after five seconds. */
  async until(holds: () => boolean, what = "what was waited for"): Promise<void> {
    const deadline = Date.now() + 5000;
    while (!holds()) {
      if (Date.now() > deadline) throw new Error(`${what} did not come; there was ${this.#summary()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#changes.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Waits for the end of a stream. */
  async whole(stream: number): Promise<Answer> {
    const answer = this.answer(stream);
    await this.until(() => answer.isWhole || answer.code >= 0, `the end of stream ${stream}`);
    if (!answer.isWhole) throw new Error(`stream ${stream} was reset with ${answer.code}`);
    return answer;
  }

  /** Sends a request without content and waits for its answer. */
  async get(stream: number, fields: FieldList = getFields): Promise<Answer> {
    this.send(head(stream, fields, END_STREAM));
    return await this.whole(stream);
  }

  /** Waits for a reset of a stream and returns its code. */
  async resets(stream: number): Promise<number> {
    const answer = this.answer(stream);
    await this.until(() => answer.code >= 0, `a reset of stream ${stream}`);
    return answer.code;
  }

  /** Waits until so many bytes of content have come in a stream. */
  async content(stream: number, length: number): Promise<Answer> {
    const answer = this.answer(stream);
    await this.until(() => answer.length >= length, `${length} bytes of stream ${stream}`);
    return answer;
  }

  /** Waits for the end of the connection and returns the code of the last GOAWAY; -1 without one. */
  async ends(): Promise<number> {
    await this.until(() => this.ended, "the end of the connection");
    this.socket.destroy();
    return this.goAways.at(-1)?.code ?? -1;
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let at = 0;
    while (at + 9 <= bytes.length) {
      const end = at + 9 + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      const content = bytes.subarray(at + 9, end);
      this.#take(bytes[at + 3] ?? 0, bytes[at + 4] ?? 0, bytes.readUInt32BE(at + 5), content);
      at = end;
    }
    this.#pending = Buffer.from(bytes.subarray(at));
    this.#changed();
  }

  #take(type: number, flags: number, stream: number, content: Buffer): void {
    this.types.push(type);
    if (this.#block.length > 0 && type !== types.continuation) throw new Error("A block is interrupted");
    switch (type) {
      case types.headers:
        this.#blockFlags = flags;
        this.#addBlock(stream, flags, content);
        break;
      case types.continuation:
        this.#addBlock(stream, flags, content);
        break;
      case types.data:
        this.#takeData(this.answer(stream), flags, content);
        break;
      case types.reset:
        this.answer(stream).code = content.readUInt32BE();
        break;
      case types.windowUpdate:
        if (stream === 0) this.given += content.readUInt32BE();
        else this.givenTo.set(stream, (this.givenTo.get(stream) ?? 0) + content.readUInt32BE());
        break;
      case types.settings:
        this.#takeSettings(flags, content);
        break;
      case types.ping:
        this.pings.push(`${flags}${content.toString("latin1")}`);
        break;
      case types.goAway:
        this.goAways.push({ last: content.readUInt32BE(), code: content.readUInt32BE(4) });
    }
  }

  #takeData(answer: Answer, flags: number, content: Buffer): void {
    if (answer.isWhole || answer.code >= 0) throw new Error("DATA follows the end of its stream");
    answer.parts.push(Buffer.from(content));
    answer.length += content.length;
    answer.isWhole = (flags & END_STREAM) !== 0;
  }

  #takeSettings(flags: number, content: Buffer): void {
    if (flags === 1) this.acknowledgements += 1;
    for (let at = 0; at < content.length; at += 6)
      this.settings.set(content.readUInt16BE(at), content.readUInt32BE(at + 2));
  }

  #addBlock(stream: number, flags: number, content: Buffer): void {
    this.#block.push(Buffer.from(content));
    this.blockSizes.push(content.length);
    if ((flags & END_HEADERS) === 0) return;
    const fields: string[] = [];
    const field = (name: string, value: string): void => {
      fields.push(name, value);
    };
    this.#decoder.decode(Buffer.concat(this.#block), { field });
    this.#block = [];
    this.#takeFields(this.answer(stream), fields);
  }

  #takeFields(answer: Answer, fields: FieldList): void {
    if (answer.isWhole || answer.code >= 0) throw new Error("HEADERS follow the end of their stream");
    if (answer.fields.length > 0) answer.trailers = fields;
    else if (/^1..$/.test(fields[1] ?? "")) answer.interim.push(fields);
    else answer.fields = fields;
    answer.isWhole = (this.#blockFlags & END_STREAM) !== 0;
  }

  #end(): void {
    this.ended = true;
    this.#changed();
  }

  #changed(): void {
    for (const resolve of this.#changes.splice(0)) resolve();
  }

  #summary(): string {
    const answers = [...this.answers].map(
      ([stream, { status, length, isWhole, code }]) => `${stream}: ${status} ${length} ${isWhole} ${code}`,
    );
    const goAways = this.goAways.map(({ last, code }) => `GOAWAY ${last} ${code}`);
    return [...answers, ...goAways, this.ended ? "the end" : "no end"].join("; ");
  }
}
