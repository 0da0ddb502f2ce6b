import { type Awaitable, whenReady } from "../../base/awaitable.ts";
import type { Encoding } from "../../cache/entry.ts";
import { Call, type CallServices } from "../../invoke/call.ts";
import type { Invocation } from "../../invoke/compile.ts";
import { toSource } from "../../invoke/passage.ts";
import type { RequestSeries } from "../../observe/request-series.ts";
import type { OperationMethod } from "./model/build.ts";
import { ProtoMessage } from "./model/proto-file.ts";
import type { MessageTypes } from "./model/shapes.ts";
import { inSnakeCase, OperationInput } from "./operation-input.ts";
import { OperationMessages } from "./operation-messages.ts";
import type { RpcCall } from "./rpc/call.ts";
import type { Format, MessageType } from "./rpc/message-type.ts";
import type { RpcMethod } from "./rpc/method.ts";

/** What an operation is served with. */
export interface OperationParts {
  readonly model: OperationMethod;
  readonly invocation: Invocation;
  readonly services: CallServices;
  readonly types: MessageTypes;
  readonly series: RequestSeries;
}

/** An operation as a method of a service. */
export function toRpcMethod(parts: OperationParts): RpcMethod {
  const { method, contract, service } = parts.model;
  const { types, series } = parts;
  if (!(method.input instanceof ProtoMessage))
    throw new TypeError(`${method.name} takes no message of its own`);
  const request = types.type(method.input);
  const response = types.type(method.output);
  const common = { service, name: method.name, request, response, isSafe: method.isSafe, series };
  if (contract.messages !== null)
    return toMessagesMethod(parts, common, new OperationMessages(contract.messages, method.input));
  const input = new OperationInput(contract, method.input);
  const enter = entrance<unknown>(parts, (rpc, message) => {
    const call = new Call(parts.services, rpc, input.read(message));
    const refusal = input.refusal(message);
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
      handle: (rpc, message) => whenReady(enter(rpc, message), toSource),
    };
  const answers = new CachedAnswers(response);
  return {
    ...common,
    kind: "unary",
    handle: enter,
    write: contract.plan.cache === null ? null : (rpc, answer, format) => answers.write(rpc, answer, format),
  };
}

/** An operation that takes many messages. */
function toMessagesMethod(parts: OperationParts, common: CommonParts, reader: OperationMessages): RpcMethod {
  const enter = entrance<AsyncIterable<unknown>>(parts, (rpc, messages) => {
    const call = new Call(parts.services, rpc, {});
    call.messages = reader.open(messages);
    return call;
  });
  if (!parts.model.method.streamsOutput) return { ...common, kind: "client", handle: enter };
  return {
    ...common,
    kind: "bidi",
    isEndless: true,
    handle: (rpc, messages) => whenReady(enter(rpc, messages), toSource),
  };
}

type CommonParts = Pick<RpcMethod, "service" | "name" | "request" | "response" | "isSafe" | "series">;

/** Calls the operation: `toCall` reads what was sent, or throws what is wrong with it. */
function entrance<Sent>(
  { model: { contract, service }, invocation }: OperationParts,
  toCall: (rpc: RpcCall, sent: Sent) => Call,
): (rpc: RpcCall, sent: Sent) => Awaitable<unknown> {
  const { on } = contract.plan.operation;
  const resourceType = on === null ? null : `${service.slice(0, service.lastIndexOf("."))}.${on.name}`;
  return (rpc, sent) => {
    rpc.reword = inSnakeCase;
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
