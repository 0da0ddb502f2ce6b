import { sampleUsers } from "../parts/users.ts";

/** What all servers of the wire benchmarks serve, by the same paths and with the same bytes. */

/** Where to listen, on 127.0.0.1. */
export const port = Number(process.env["PORT"]);

/** Answers `GET /json`. */
export const json: string = JSON.stringify(sampleUsers[0]);

/** Answers `POST /unary`, shaped as gRPC is: a prefix of five bytes and a small message, then `grpc-status` in trailers. */
export const message: Buffer = Buffer.from("\0\0\0\0\x0c\x0a\x0aHello, Ada", "latin1");

/** Content of `POST /upload` and of the answer to `GET /download`. */
export const transferBytes: number = 100 * 1024 * 1024;

/** A download is written in parts of this many bytes, each when the one before it is on its way. */
export const part: Buffer = Buffer.alloc(64 * 1024, "fourfold");
export const parts: number = transferBytes / part.length;

/**
 * Answers `GET /settle`, for servers whose memory is measured: garbage is gone, the heap has shrunk to what it needs, as V8 does
 * by itself in a process that stays idle, and this is what is left.
 */
export function settledMemory(): string {
  // Several times: what has a finalizer goes one round later.
  for (let round = 0; round < 4; round++)
    globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  const { heapUsed, external } = process.memoryUsage();
  return JSON.stringify({ heapUsed, external });
}
