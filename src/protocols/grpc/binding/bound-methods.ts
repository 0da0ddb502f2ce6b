import type { Invoker } from "../../../invoke/invoker.ts";
import type { RequestSeries, SeriesLabels } from "../../../observe/request-series.ts";
import { ProtoMessage } from "../model/proto-file.ts";
import { MessageTypes } from "../model/shapes.ts";
import { commonParts, type OperationParts, serveOperation } from "../operation-methods.ts";
import type { RpcMethod } from "../rpc/method.ts";
import type { BoundProto } from "./bind-protos.ts";
import type { BoundRpc } from "./bind-rpc.ts";
import { boundWords } from "./bound-words.ts";
import { streamRows } from "./row-stream.ts";

/** What bound rpcs are served with. */
export interface BoundParts {
  readonly invoker: Invoker;
  readonly series: (labels: SeriesLabels) => RequestSeries;
}

/** The rpcs of a .proto as methods. */
export function boundMethods(
  { rpcs, version }: BoundProto,
  { invoker, series }: BoundParts,
): readonly RpcMethod[] {
  const types = new MessageTypes();
  return rpcs.flatMap((rpc) => {
    const { plan } = rpc.contract;
    const invocation = invoker.invocation(plan.operation);
    if (invocation === null) return [];
    const labels = { protocol: "grpc", operation: plan.id, version: version.name };
    return [
      toMethod(rpc, { model: rpc, invocation, services: invoker.services, types, series: series(labels) }),
    ];
  });
}

function toMethod(rpc: BoundRpc, parts: OperationParts): RpcMethod {
  const { contract, request, method, streamsRows } = rpc;
  const { on } = contract.plan.operation;
  const isRow = contract.plan.output === "row" && method.output instanceof ProtoMessage;
  const resourceType = isRow ? nameOf(method.output) : (on?.name ?? null);
  const words = boundWords(contract, request, resourceType);
  if (!streamsRows) return serveOperation(parts, words);
  const isPaged = contract.plan.output === "page";
  const { invocation, services } = parts;
  const options = { invocation, services, pageSize: isPaged ? (on?.definition.pageSize.max ?? 0) : 0 };
  return {
    ...commonParts(parts),
    kind: "server",
    isEndless: false,
    handle: (call, message) => {
      call.reword = (error) => words.reword(error);
      call.resourceType = resourceType;
      return streamRows(call, words.read(message), options);
    },
  };
}

function nameOf(type: BoundRpc["method"]["output"]): string {
  return type instanceof ProtoMessage ? type.fullName : type.name;
}
