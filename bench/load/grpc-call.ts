import { once } from "node:events";
import { connect } from "node:http2";

/** What a call has come to. */
export interface CallResult {
  /** `grpc-status`, from the trailers; null where there was none. */
  readonly status: string | null;
  /** Contents of the messages, without their envelopes. */
  readonly messages: readonly Buffer[];
}

const envelopeBytes = 5;

/** A message in the envelope of gRPC, not compressed. */
export function inEnvelope(message: Uint8Array): Buffer {
  const bytes = Buffer.alloc(envelopeBytes + message.length);
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, envelopeBytes);
  return bytes;
}

/** The header fields of a call. */
export function callFields(path: string): Record<string, string> {
  return { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
}

/** One call on a connection of its own, for checks; load comes from elsewhere. */
export async function grpcCall(port: number, path: string, message: Uint8Array): Promise<CallResult> {
  const session = connect(`http://127.0.0.1:${port}`);
  try {
    const stream = session.request(callFields(path));
    let status: string | null = null;
    stream.on("trailers", (fields) => {
      status = String(fields["grpc-status"]);
    });
    const parts: Buffer[] = [];
    stream.on("data", (part: Buffer) => parts.push(part));
    stream.end(inEnvelope(message));
    // Rejects with what the stream or the session failed of.
    await Promise.race([once(stream, "end"), once(session, "close").then(refuse)]);
    await new Promise(setImmediate);
    return { status, messages: messagesOf(Buffer.concat(parts)) };
  } finally {
    session.destroy();
  }
}

function refuse(): never {
  throw new Error("The server has closed the connection");
}

function messagesOf(bytes: Buffer): readonly Buffer[] {
  const messages: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at + envelopeBytes;
    at = start + bytes.readUInt32BE(at + 1);
    messages.push(bytes.subarray(start, at));
  }
  return messages;
}
