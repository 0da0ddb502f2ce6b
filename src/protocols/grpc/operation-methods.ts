import { type Awaitable, whenReady } from "../../base/awaitable.ts";
import type { Encoding } from "../../cache/entry.ts";
import type { ApiError } from "../../errors/api-error.ts";
import { Call, type CallServices } from "../../invoke/call.ts";
import type { Invocation } from "../../invoke/compile.ts";
import { type Passage, toSource } from "../../invoke/passage.ts";
import { SharedChange } from "../../invoke/watch/shared-change.ts";
import type { RequestSeries } from "../../observe/request-series.ts";
import type { Input } from "../../plan/codec/object-reader.ts";
import type { OperationContract } from "../../plan/operation-contract.ts";
import { cacheControlOf } from "../http/fields.ts";
import type { OperationMethod } from "./model/build.ts";
import { ProtoMessage } from "./model/proto-file.ts";
import type { MessageTypes } from "./model/shapes.ts";
import { inSnakeCase, OperationInput } from "./operation-input.ts";
import { OperationMessages } from "./operation-messages.ts";
import type { RpcCall } from "./rpc/call.ts";
import type { Format, MessageFormat, MessageType } from "./rpc/message-type.ts";
import type { RpcMethod } from "./rpc/method.ts";

/** What an operation is served with. */
export interface OperationParts {
  readonly model: OperationMethod;
  readonly invocation: Invocation;
  readonly services: CallServices;
  readonly types: MessageTypes;
  readonly series: RequestSeries;
}

/** How the messages of a .proto become inputs, and what is told of them its words. */
export interface OperationWords {
  /** Throws INVALID_INPUT with every violated rule. */
  read(message: unknown): Input;
  /** Why no row can be as a message asks, after it was read; null where one can. It is told to who may make the call. */
  refusal(message: unknown): ApiError | null;
  /** Reads messages as the handler asks for them; null where the operation takes one input. */
  open: ((messages: AsyncIterable<unknown>) => Passage<Input>) | null;
  reword(error: ApiError): ApiError;
  /** The name of the rows' message that the operation is about; null for none. */
  readonly resourceType: string | null;
}

/** An operation as a method of a service that was made for it. */
export function toRpcMethod(parts: OperationParts): RpcMethod {
  const { method, contract, service } = parts.model;
  if (!(method.input instanceof ProtoMessage))
    throw new TypeError(`${method.name} takes no message of its own`);
  const input = new OperationInput(contract, method.input);
  const messages = contract.messages === null ? null : new OperationMessages(contract.messages, method.input);
  const { on } = contract.plan.operation;
  return serveOperation(parts, {
    read: (message) => input.read(message),
    refusal: (message) => input.refusal(message),
    open: messages === null ? null : (sent) => messages.open(sent),
    reword: inSnakeCase,
    resourceType: on === null ? null : `${service.slice(0, service.lastIndexOf("."))}.${on.name}`,
  });
}

/** An operation as a method of a service, whoever has written its .proto. */
export function serveOperation(parts: OperationParts, words: OperationWords): RpcMethod {
  const { method, contract } = parts.model;
  const common = commonParts(parts);
  const { open } = words;
  if (open !== null) return toMessagesMethod(parts, common, { ...words, open });
  const enter = entrance<unknown>(parts, words, (rpc, message) => {
    const call = new Call(parts.services, rpc, words.read(message));
    const refusal = words.refusal(message);
    if (refusal !== null)
      call.condition = () => {
        throw refusal;
      };
    return call;
  });
  if (method.streamsOutput)
    return {
      ...common,
      kind: "server",
      isEndless: true,
      beginsAtOnce: true,
      handle: (rpc, message) => whenReady(enter(rpc, message), toSource),
    };
  const answers = new CachedAnswers(common.response);
  return {
    ...common,
    kind: "unary",
    handle: enter,
    ...(method.isSafe ? { freshness: freshnessOf(contract) } : {}),
    write: contract.plan.cache === null ? null : (rpc, answer, format) => answers.write(rpc, answer, format),
  };
}

/** Another caller may get another answer: a browser must not show it to the next one. */
function freshnessOf(contract: OperationContract): readonly string[] {
  const byCaller = contract.plan.cache?.public === true ? [] : ["vary", "authorization"];
  return ["cache-control", cacheControlOf(contract), ...byCaller];
}

/** An operation that takes many messages. */
function toMessagesMethod(
  parts: OperationParts,
  common: CommonParts,
  words: OperationWords & { readonly open: (messages: AsyncIterable<unknown>) => Passage<Input> },
): RpcMethod {
  const enter = entrance<AsyncIterable<unknown>>(parts, words, (rpc, messages) => {
    const call = new Call(parts.services, rpc, {});
    call.messages = words.open(messages);
    return call;
  });
  if (!parts.model.method.streamsOutput) return { ...common, kind: "client", handle: enter };
  return {
    ...common,
    kind: "bidi",
    isEndless: true,
    beginsAtOnce: true,
    handle: (rpc, messages) => whenReady(enter(rpc, messages), toSource),
  };
}

type CommonParts = Pick<RpcMethod, "service" | "name" | "request" | "response" | "isSafe" | "series">;

/** What a method has, whichever kind it is of. */
export function commonParts({ model, types, series }: OperationParts): CommonParts {
  const { service, method, contract } = model;
  const { name, isSafe } = method;
  const response = types.type(method.output);
  return {
    service,
    name,
    request: types.type(method.input),
    response: contract.plan.operation.method === "watch" ? writtenOnce(response) : response,
    isSafe,
    series,
  };
}

/** Calls the operation: `toCall` reads what was sent, or throws what is wrong with it. */
export function entrance<Sent>(
  { invocation }: OperationParts,
  { reword, resourceType }: OperationWords,
  toCall: (rpc: RpcCall, sent: Sent) => Call,
): (rpc: RpcCall, sent: Sent) => Awaitable<unknown> {
  return (rpc, sent) => {
    rpc.reword = reword;
    rpc.resourceType = resourceType;
    const call = toCall(rpc, sent);
    rpc.call = call;
    return invocation.enter(call);
  };
}

/** Answers that come from the cache are written once in each format. */
export class CachedAnswers {
  readonly #type: MessageType;

  constructor(type: MessageType) {
    this.#type = type;
  }

  write({ call }: RpcCall, answer: unknown, format: Format): Uint8Array {
    const entry = call?.entry ?? null;
    const type = this.#type[format];
    if (entry === null) return type.write(answer);
    const known = entry.encoding(type, WrittenMessage);
    if (known !== null) return known.message;
    const message = type.write(answer);
    entry.attach(new WrittenMessage(type, message));
    return message;
  }
}

/** Changes are written once in each format, however many are told. */
function writtenOnce(type: MessageType): MessageType {
  const once = (format: MessageFormat): MessageFormat => ({
    read: format.read,
    write: (answer) => {
      if (!(answer instanceof SharedChange)) return format.write(answer);
      const known = answer.encoding(format, WrittenMessage);
      if (known !== null) return known.message;
      const message = format.write(answer);
      answer.attach(new WrittenMessage(format, message));
      return message;
    },
  });
  let json: MessageFormat | null = null;
  return {
    name: type.name,
    proto: once(type.proto),
    get json() {
      json ??= once(type.json);
      return json;
    },
  };
}

class WrittenMessage implements Encoding {
  readonly by: object;
  readonly bytes: number;
  readonly message: Uint8Array;

  constructor(by: object, message: Uint8Array) {
    this.by = by;
    this.bytes = message.length + 100;
    this.message = message;
  }
}
