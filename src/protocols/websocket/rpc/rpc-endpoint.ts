import type { ApiError } from "../../../errors/api-error.ts";
import type { Invoker } from "../../../invoke/invoker.ts";
import type { RequestObserver } from "../../../observe/request-record.ts";
import type { RequestSeries, SeriesLabels } from "../../../observe/request-series.ts";
import type { VersionPlan } from "../../../plan/api-plan.ts";
import { isCallable, RpcMethod } from "./rpc-method.ts";

/** What calls over WebSocket run with. */
export interface RpcServices {
  readonly invoker: Invoker;
  readonly observer: RequestObserver | null;
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
  readonly series: (labels: SeriesLabels) => RequestSeries;
}

/** The methods of one version. */
export class RpcEndpoint {
  readonly services: RpcServices;
  readonly methods: ReadonlyMap<string, RpcMethod>;

  constructor(version: VersionPlan, services: RpcServices) {
    const { invoker, series } = services;
    this.services = services;
    this.methods = new Map(
      version.contracts.flatMap((contract) => {
        const { operation, id } = contract.plan;
        const invocation = invoker.invocation(operation);
        if (invocation === null || !isCallable(contract)) return [];
        const labels = { protocol: "websocket", operation: id, version: version.name };
        return [[id, new RpcMethod(contract, invocation, series(labels))] as const];
      }),
    );
  }
}
