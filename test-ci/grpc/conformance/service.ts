import { setTimeout as wait } from "node:timers/promises";
import type { Message } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { RpcCall } from "../../../src/protocols/grpc/rpc/call.ts";
import type { RpcMethod } from "../../../src/protocols/grpc/rpc/method.ts";
import { RpcError } from "../../../src/protocols/grpc/wire/rich-status.ts";
import { messageType } from "../suite/message-types.ts";
import {
  type Asking,
  type Messages,
  PACKAGE,
  type StreamDefinition,
  type UnaryDefinition,
} from "./messages.ts";
import { addMetadata, requestInfo, toError } from "./told.ts";

/** connectrpc.conformance.v1.ConformanceService, which answers what each request asks for (service.proto). */
export function conformanceService(messages: Messages): readonly RpcMethod[] {
  const common = (name: string, isSafe = false) => ({
    service: `${PACKAGE}.ConformanceService`,
    name,
    request: messageType(messages.registry, `${PACKAGE}.${name}Request`),
    response: messageType(messages.registry, `${PACKAGE}.${name}Response`),
    isSafe,
    series: null,
  });
  const unary = (name: string, isSafe: boolean): RpcMethod => ({
    ...common(name, isSafe),
    kind: "unary",
    write: null,
    handle: (call, message) => {
      const { responseDefinition } = asking<UnaryDefinition>(message);
      return answerOne(messages, call, name, responseDefinition, [messages.pack(asking(message))]);
    },
  });
  return [
    unary("Unary", false),
    unary("IdempotentUnary", true),
    {
      ...common("Unimplemented"),
      kind: "unary",
      write: null,
      handle: () => {
        throw new RpcError("unimplemented", "Unimplemented is not implemented");
      },
    },
    {
      ...common("ServerStream"),
      kind: "server",
      isEndless: false,
      handle: (call, message) => answerMany(messages, call, asking<StreamDefinition>(message)),
    },
    {
      ...common("ClientStream"),
      kind: "client",
      handle: (call, all) => answerAll(messages, call, all),
    },
    {
      ...common("BidiStream"),
      kind: "bidi",
      isEndless: false,
      handle: (call, all) => answerEach(messages, call, all),
    },
  ];
}

async function answerOne(
  messages: Messages,
  call: RpcCall,
  method: string,
  definition: UnaryDefinition | undefined,
  requests: readonly Any[],
): Promise<Message> {
  const info = requestInfo(messages, call, requests);
  if (definition !== undefined) {
    addMetadata(call, definition);
    await delay(call, definition.responseDelayMs);
    const { response } = definition;
    if (response.case === "error") throw toError(messages, response.value, info);
    if (response.case === "responseData")
      return messages.make(`${method}Response`, { payload: { data: response.value, requestInfo: info } });
  }
  return messages.make(`${method}Response`, { payload: { requestInfo: info } });
}

async function answerAll(messages: Messages, call: RpcCall, all: AsyncIterable<unknown>): Promise<Message> {
  const requests: Any[] = [];
  let definition: UnaryDefinition | undefined;
  for await (const message of all) {
    if (requests.length === 0) definition = asking<UnaryDefinition>(message).responseDefinition;
    requests.push(messages.pack(asking(message)));
  }
  return answerOne(messages, call, "ClientStream", definition, requests);
}

async function* answerMany(
  messages: Messages,
  call: RpcCall,
  asked: Asking<StreamDefinition>,
): AsyncGenerator<Message> {
  const { responseDefinition: definition } = asked;
  if (definition === undefined) return;
  addMetadata(call, definition);
  const info = requestInfo(messages, call, [messages.pack(asked)]);
  yield* answers(messages, call, "ServerStream", definition, info);
}

/** In full duplex each message has its answer; otherwise all come when the last message has been read. */
async function* answerEach(
  messages: Messages,
  call: RpcCall,
  all: AsyncIterable<unknown>,
): AsyncGenerator<Message> {
  let requests: Any[] = [];
  let first: Asking<StreamDefinition> | null = null;
  let answered = 0;
  for await (const message of all) {
    const asked = asking<StreamDefinition>(message);
    if (first === null && asked.responseDefinition !== undefined) addMetadata(call, asked.responseDefinition);
    first ??= asked;
    requests.push(messages.pack(asked));
    if (first.fullDuplex !== true) continue;
    const data = first.responseDefinition?.responseData[answered];
    if (data === undefined) break;
    const info =
      answered === 0
        ? requestInfo(messages, call, requests)
        : messages.make("ConformancePayload.RequestInfo", { requests });
    await delay(call, first.responseDefinition?.responseDelayMs ?? 0);
    yield messages.make("BidiStreamResponse", { payload: { data, requestInfo: info } });
    answered += 1;
    requests = [];
  }
  if (first?.responseDefinition === undefined) return;
  const info = answered === 0 ? requestInfo(messages, call, requests) : null;
  yield* answers(messages, call, "BidiStream", first.responseDefinition, info, answered);
}

/** The answers from one on; the first says what was asked, or else the error does. */
async function* answers(
  messages: Messages,
  call: RpcCall,
  method: string,
  { responseData, responseDelayMs, error }: StreamDefinition,
  info: Message | null,
  from = 0,
): AsyncGenerator<Message> {
  for (const [index, data] of responseData.slice(from).entries()) {
    await delay(call, responseDelayMs);
    const told = index === 0 && info !== null ? { requestInfo: info } : {};
    yield messages.make(`${method}Response`, { payload: { data, ...told } });
  }
  if (error !== undefined) throw toError(messages, error, responseData.length === 0 ? info : null);
}

async function delay(call: RpcCall, milliseconds: number): Promise<void> {
  if (milliseconds > 0) await wait(milliseconds, undefined, { signal: call.signal });
}

/** What the types of this service read is what their .proto says. */
function asking<Definition>(message: unknown): Asking<Definition> {
  return message as Asking<Definition>;
}
