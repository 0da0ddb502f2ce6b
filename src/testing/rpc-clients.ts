import { connect } from "node:http2";
import { ENVELOPE_BYTES } from "../protocols/grpc/wire/envelope.ts";
import { decodeBinary } from "../protocols/grpc/wire/metadata.ts";
import type { TestServer } from "./start.ts";

/** One message, asked and answered. */
export interface RpcRequest {
  readonly path: string;
  /** In its envelope. */
  readonly message: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** What came back. */
export interface RpcAnswer {
  /** Of gRPC; null where there was none. */
  readonly status: number | null;
  /** Of an error that the protocol itself told of. */
  readonly message: string;
  /** The answer's message without its envelope; null for an error. */
  readonly content: Uint8Array | null;
  /** An encoded google.rpc.Status, or its details one by one. */
  readonly rich: Uint8Array | null;
  readonly details: readonly { readonly type: string; readonly value: Uint8Array }[];
  readonly headers: Readonly<Record<string, string>>;
}

/** A client of one protocol, on its own codec of nothing: messages come and go as bytes. */
export type RpcClient = (server: TestServer, request: RpcRequest) => Promise<RpcAnswer>;

/** gRPC over HTTP/2. */
export const askGrpc: RpcClient = async (server, { path, message, headers }) => {
  const session = connect(server.origin);
  try {
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc+proto",
      te: "trailers",
      ...headers,
    });
    let fields: Record<string, string> = {};
    const take = (found: object): void => {
      fields = {
        ...fields,
        ...Object.fromEntries(Object.entries(found).map(([name, value]) => [name, String(value)])),
      };
    };
    stream.on("response", take);
    stream.on("trailers", take);
    stream.end(message);
    const content = Buffer.concat(await stream.toArray());
    return toAnswer(fields, content.length === 0 ? null : content.subarray(ENVELOPE_BYTES));
  } finally {
    session.close();
  }
};

/** gRPC-Web over HTTP/1.1. */
export const askGrpcWeb: RpcClient = async (server, { path, message, headers }) => {
  const answer = await server.request(`POST ${path}`, {
    headers: { "content-type": "application/grpc-web+proto", ...headers },
    body: message,
  });
  let content: Uint8Array | null = null;
  const fields: Record<string, string> = { ...answer.headers };
  for (let at = 0; at < answer.bytes.length; ) {
    const end = at + ENVELOPE_BYTES + answer.bytes.readUInt32BE(at + 1);
    const part = answer.bytes.subarray(at + ENVELOPE_BYTES, end);
    if ((answer.bytes[at] ?? 0) < 0x80) content = part;
    else
      for (const [, name = "", value = ""] of part
        .toString("latin1")
        .matchAll(/([^:\r\n]+): ([^\r\n]*)\r\n/g))
        fields[name] = value;
    at = end;
  }
  return toAnswer(fields, content);
};

/** Connect over HTTP/1.1, in one of its formats. */
export function askConnect(format: "proto" | "json"): RpcClient {
  return async (server, { path, message, headers }) => {
    const answer = await server.request(`POST ${path}`, {
      headers: { "content-type": `application/${format}`, "connect-protocol-version": "1", ...headers },
      body: message.subarray(ENVELOPE_BYTES),
    });
    if (answer.status === 200)
      return {
        status: 0,
        message: "",
        content: answer.bytes,
        rich: null,
        details: [],
        headers: answer.headers,
      };
    const error = answer.json as ConnectErrorJson | undefined;
    return {
      status: error === undefined ? null : connectCodes.indexOf(error.code),
      message: error?.message ?? "",
      content: null,
      rich: null,
      details: (error?.details ?? []).map(({ type, value }) => ({
        type,
        value: Buffer.from(value, "base64"),
      })),
      headers: answer.headers,
    };
  };
}

interface ConnectErrorJson {
  readonly code: string;
  readonly message?: string;
  readonly details?: readonly { readonly type: string; readonly value: string }[];
}

/** By gRPC's numbers ("Error codes" of Connect's specification). */
const connectCodes: readonly string[] = [
  "ok",
  "canceled",
  "unknown",
  "invalid_argument",
  "deadline_exceeded",
  "not_found",
  "already_exists",
  "permission_denied",
  "resource_exhausted",
  "failed_precondition",
  "aborted",
  "out_of_range",
  "unimplemented",
  "internal",
  "unavailable",
  "data_loss",
  "unauthenticated",
];

function toAnswer(fields: Readonly<Record<string, string>>, content: Uint8Array | null): RpcAnswer {
  const stated = fields["grpc-status"];
  const details = fields["grpc-status-details-bin"];
  return {
    status: stated === undefined ? null : Number(stated),
    message: decodeURIComponent(fields["grpc-message"] ?? ""),
    content: stated === "0" ? content : null,
    rich: details === undefined ? null : (decodeBinary(details)?.[0] ?? null),
    details: [],
    headers: fields,
  };
}
