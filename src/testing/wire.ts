import type { Caller } from "../define/caller.ts";
import type { ErrorKind } from "../errors/kinds.ts";
import type { ApiPlan, VersionPlan } from "../plan/api-plan.ts";
import type { OperationContract } from "../plan/operation-contract.ts";
import type { TestServer } from "./start.ts";

/** What a wire cannot do, or does not do yet. */
export const notSupported = "notSupported";
export type NotSupported = typeof notSupported;

/** The ways into an API: calls in this process, and the protocols. */
export type WireName = "process" | "rest" | "graphql" | "grpc" | "websocket";

/** One call, the same for every wire: values as handlers see them, under today's names. */
export interface WireCall {
  /** The operation as the way's version has it. */
  readonly contract: OperationContract;
  readonly input: Readonly<Record<string, unknown>>;
  readonly bearer: string | null;
  /** Whom the bearer stands for, where there is nothing to bear. */
  readonly caller: Caller | null;
  readonly idempotencyKey: string | null;
}

/** What came of a call, as the wire showed it. */
export type Outcome =
  | { readonly value: unknown }
  | {
      readonly error: {
        readonly code: string;
        /** Null where the wire shows no kind. */
        readonly kind: ErrorKind | null;
        readonly message: string;
        readonly details: unknown;
        readonly violations: readonly { readonly path: string; readonly rule: string }[] | null;
      };
    };

/** What a wire showed of a call. */
export interface Shown {
  readonly outcome: Outcome;
  /** The HTTP status or its like; null where the wire has none. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** The same, and which way it was. */
export interface WayResult extends Shown {
  readonly wire: WireName;
  /** `v1 by path`. */
  readonly way: string;
  /** The name of the version; `today` in this process. */
  readonly version: string;
}

/** One way to make a call: one version of a wire, by path or by header. */
export interface Way {
  /** `v1 by path`. */
  readonly name: string;
  readonly version: VersionPlan;
  call(server: TestServer, call: WireCall): Promise<Shown>;
  /** What a value, as handlers see it, must look like on this way. */
  shows(call: WireCall, value: unknown): unknown;
  /** A path of today's names as this way has it. */
  path(call: WireCall, path: string): string;
}

/** A column of {@link fourWays}, which takes each of its ways and compares what it shows. */
export interface Wire {
  readonly name: WireName;
  ways(plan: ApiPlan): readonly Way[];
  /** The status that an error must have; null where the wire has none. */
  statusOf(code: string, kind: ErrorKind): number | null;
}
