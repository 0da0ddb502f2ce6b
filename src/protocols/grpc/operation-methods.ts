import type { Awaitable } from "../../base/awaitable.ts";
import type { Encoding } from "../../cache/entry.ts";
import { Call, type CallServices } from "../../invoke/call.ts";
import type { Invocation } from "../../invoke/compile.ts";
import type { RequestSeries } from "../../observe/request-series.ts";
import type { OperationMethod } from "./model/build.ts";
import { ProtoMessage } from "./model/proto-file.ts";
import type { MessageTypes } from "./model/shapes.ts";
import { inSnakeCase, OperationInput } from "./operation-input.ts";
import type { RpcCall } from "./rpc/call.ts";
import type { Format, MessageType } from "./rpc/message-type.ts";
import type { Answers, RpcMethod } from "./rpc/method.ts";

/** What an operation is served with. */
export interface OperationParts {
  readonly model: OperationMethod;
  readonly invocation: Invocation;
  readonly services: CallServices;
  readonly types: MessageTypes;
  readonly series: RequestSeries;
}

/** An operation as a method of a service. */
export function toRpcMethod({ model, invocation, services, types, series }: OperationParts): RpcMethod {
  const { method, contract, service } = model;
  if (!(method.input instanceof ProtoMessage))
    throw new TypeError(`${method.name} takes no message of its own`);
  const input = new OperationInput(contract, method.input);
  const { on } = contract.plan.operation;
  const resourceType = on === null ? null : `${service.slice(0, service.lastIndexOf("."))}.${on.name}`;
  const enter = (rpc: RpcCall, message: unknown): Awaitable<unknown> => {
    rpc.reword = inSnakeCase;
    rpc.resourceType = resourceType;
    const call = new Call(services, rpc, input.read(message));
    rpc.call = call;
    return invocation.enter(call);
  };
  const response = types.type(method.output);
  const common = {
    service,
    name: method.name,
    request: types.type(method.input),
    response,
    isSafe: method.isSafe,
    series,
  };
  if (method.streamsOutput)
    return {
      ...common,
      kind: "server",
      isEndless: true,
      handle: (rpc, message) => enter(rpc, message) as Awaitable<Answers>,
    };
  const answers = new CachedAnswers(response);
  return {
    ...common,
    kind: "unary",
    handle: enter,
    write: contract.plan.cache === null ? null : (rpc, answer, format) => answers.write(rpc, answer, format),
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
