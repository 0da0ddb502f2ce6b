import { setTimeout as wait } from "node:timers/promises";
import { type ErrorKind, errorKinds } from "../../../src/errors/kinds.ts";
import type { RpcCall } from "../../../src/protocols/grpc/rpc/call.ts";
import type { MessageType } from "../../../src/protocols/grpc/rpc/message-type.ts";
import type { RpcMethod } from "../../../src/protocols/grpc/rpc/method.ts";
import { RpcError } from "../../../src/protocols/grpc/wire/rich-status.ts";
import {
  empty,
  inputRequest,
  inputResponse,
  outputRequest,
  outputResponse,
  type Payload,
  type SimpleRequest,
  type StreamingOutputCallRequest,
  simpleRequest,
  simpleResponse,
} from "./messages.ts";

/** grpc.testing.TestService as interop-test-descriptions.md of gRPC has it. UnimplementedCall is left out, as it asks. */
export const testService: readonly RpcMethod[] = [
  { ...common("EmptyCall", empty, empty), kind: "unary", write: null, handle: () => ({}) },
  {
    ...common("UnaryCall", simpleRequest, simpleResponse),
    kind: "unary",
    write: null,
    handle: (call, message) => answerOnce(call, message as SimpleRequest),
  },
  {
    ...common("StreamingInputCall", inputRequest, inputResponse),
    kind: "client",
    handle: async (_, messages) => {
      let aggregatedPayloadSize = 0;
      for await (const message of messages)
        aggregatedPayloadSize += (message as { payload?: Payload }).payload?.body.length ?? 0;
      return { aggregatedPayloadSize };
    },
  },
  {
    ...common("StreamingOutputCall", outputRequest, outputResponse),
    kind: "server",
    isEndless: false,
    handle: (call, message) => answers(call, message as StreamingOutputCallRequest),
  },
  {
    ...common("FullDuplexCall", outputRequest, outputResponse),
    kind: "bidi",
    isEndless: false,
    handle: answerEach,
  },
];

function common(name: string, request: MessageType, response: MessageType) {
  return { service: "grpc.testing.TestService", name, request, response, isSafe: false, series: null };
}

function answerOnce(call: RpcCall, { responseSize, responseStatus }: SimpleRequest): unknown {
  echoMetadata(call);
  refuse(responseStatus);
  return { payload: { type: 0, body: new Uint8Array(responseSize) } };
}

async function* answerEach(call: RpcCall, messages: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  echoMetadata(call);
  for await (const message of messages) yield* answers(call, message as StreamingOutputCallRequest);
}

async function* answers(
  call: RpcCall,
  { responseParameters, responseStatus }: StreamingOutputCallRequest,
): AsyncGenerator<unknown> {
  refuse(responseStatus);
  for (const { size, intervalUs } of responseParameters) {
    if (intervalUs > 0) await wait(intervalUs / 1000, undefined, { signal: call.signal });
    yield { payload: { type: 0, body: new Uint8Array(size) } };
  }
}

function echoMetadata(call: RpcCall): void {
  const initial = call.header("x-grpc-test-echo-initial");
  const trailing = call.header("x-grpc-test-echo-trailing-bin");
  if (initial !== undefined) call.addHeader("x-grpc-test-echo-initial", initial);
  if (trailing !== undefined) call.addTrailer("x-grpc-test-echo-trailing-bin", trailing);
}

function refuse(status: SimpleRequest["responseStatus"]): void {
  if (status === undefined || status.code === 0) return;
  throw new RpcError(kindOf(status.code), status.message);
}

function kindOf(code: number): ErrorKind {
  const found = Object.keys(errorKinds).find((name) => isKind(name) && errorKinds[name].grpc === code);
  return found !== undefined && isKind(found) ? found : "unknown";
}

function isKind(name: string): name is ErrorKind {
  return name in errorKinds;
}
