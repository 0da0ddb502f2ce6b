import assert from "node:assert/strict";
import type { Api } from "../define/api.ts";
import type { Caller } from "../define/caller.ts";
import type { Operation } from "../define/definition.ts";
import type { ErrorKind } from "../errors/kinds.ts";
import type { ApiPlan } from "../plan/api-plan.ts";
import { compileApi } from "../plan/compile.ts";
import { NotExpressible } from "./grpc-messages.ts";
import { startTest, type TestOptions, type TestServer } from "./start.ts";
import {
  type NotSupported,
  notSupported,
  type Way,
  type WayResult,
  type Wire,
  type WireCall,
  type WireName,
} from "./wire.ts";
import { wires } from "./wires.ts";

/** What all calls of a {@link FourWays} share. */
export interface FourWaysOptions<C> {
  /** Makes the rows that calls are about. Every way of a call that changes or keeps something has a server of its own, which this prepares. */
  readonly prepare?: (server: TestServer) => Promise<C>;
  readonly server?: TestOptions;
}

/** An error that a call must end in. Violations are told by path, in today's names, and rule; paths may come in any order. */
export interface ExpectedError {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly details?: unknown;
  readonly violations?: readonly { readonly path: string; readonly rule: string }[];
}

/** What must come of a call: a value as handlers see it, a check of it, or an error. */
export type Expected<O, C> =
  | { readonly value: O | ((prepared: C) => O) }
  | { readonly check: (value: unknown, result: WayResult, prepared: C) => void }
  | { readonly error: ExpectedError | ((prepared: C) => ExpectedError) };

/** A call, stated once. */
export interface StatedCall<I, O, C> {
  readonly operation: Operation<I, O>;
  readonly input: I | ((prepared: C) => I);
  /** The token that the caller bears; nobody where it is not stated. */
  readonly bearer?: string;
  readonly idempotencyKey?: string;
  readonly expect: Expected<O, C>;
  /** What must hold afterwards, whichever way the call was made. */
  readonly after?: (server: TestServer, prepared: C, result: WayResult) => Promise<void> | void;
  /** What one wire must show beside the outcome; `notSupported` where it cannot do this. */
  readonly on?: { readonly [W in WireName]?: NotSupported | ((result: WayResult) => void) };
}

/** Results by wire. */
export type Results = { readonly [W in WireName]: NotSupported | readonly WayResult[] };

/** Makes calls every way that there is. */
export interface FourWays<C> {
  /** Makes a call every way, with a fresh server each where it changes or keeps something, and asserts that all show the same; answers what they showed. */
  call<I, O>(stated: StatedCall<I, O, C>): Promise<Results>;
}

/**
 * One behaviour, every wire: a test states a call once, and what must come of it; `fourWays` makes it in this process and over
 * every protocol, version and form of address, and fails naming the way that shows something else.
 */
export function fourWays<C = undefined>(api: Api, options: FourWaysOptions<C> = {}): FourWays<C> {
  const plan = compileApi(api);
  return {
    call: async (stated) => {
      const { sort, cache } = stated.operation;
      // What reads and keeps nothing cannot tell who came before.
      const isShared = sort === "query" && cache === null && stated.after === undefined;
      const shared = isShared ? await openGround(options, api) : null;
      try {
        return await takeWires(plan, { api, options, stated, shared });
      } finally {
        await shared?.server.close();
      }
    },
  };
}

async function takeWires<I, O, C>(plan: ApiPlan, task: Task<I, O, C>): Promise<Results> {
  const results: Record<string, NotSupported | readonly WayResult[]> = {};
  for (const [name, wire] of Object.entries(wires)) {
    const told = task.stated.on?.[name as WireName];
    results[name] = told === notSupported ? notSupported : await takeWire(wire, wire.ways(plan), task);
  }
  return results as Results;
}

interface Task<I, O, C> {
  readonly api: Api;
  readonly options: FourWaysOptions<C>;
  readonly stated: StatedCall<I, O, C>;
  /** What all ways are taken on; null where each has its own. */
  readonly shared: Ground<C> | null;
}

/** A server, prepared for a call. */
interface Ground<C> {
  readonly server: TestServer;
  readonly prepared: C;
}

async function openGround<C>(options: FourWaysOptions<C>, api: Api): Promise<Ground<C>> {
  const server = await startTest(api, options.server);
  return { server, prepared: (await options.prepare?.(server)) as C };
}

/** A wire that has no words for what is stated is none of the ways to state it. */
async function takeWire<I, O, C>(
  wire: Wire,
  ways: readonly Way[],
  task: Task<I, O, C>,
): Promise<NotSupported | readonly WayResult[]> {
  try {
    return await takeAll(wire, ways, task);
  } catch (thrown) {
    if (thrown instanceof NotExpressible) return notSupported;
    throw thrown;
  }
}

async function takeAll<I, O, C>(
  wire: Wire,
  ways: readonly Way[],
  task: Task<I, O, C>,
): Promise<readonly WayResult[]> {
  const results: WayResult[] = [];
  for (const way of ways) {
    // A version that lacks the operation is no way to call it.
    const contract = way.version.contracts.find(({ plan }) => plan.operation === task.stated.operation);
    if (contract === undefined) continue;
    try {
      results.push(await take(wire, way, contract, task));
    } catch (thrown) {
      if (thrown instanceof Error) thrown.message = `${wire.name}, ${way.name}: ${thrown.message}`;
      throw thrown;
    }
  }
  assert.ok(results.length > 0, `${wire.name} has no way to call ${task.stated.operation.name}`);
  return results;
}

async function take<I, O, C>(
  wire: Wire,
  way: Way,
  contract: WireCall["contract"],
  task: Task<I, O, C>,
): Promise<WayResult> {
  const ground = task.shared ?? (await openGround(task.options, task.api));
  try {
    return await takeOn(ground, wire, way, contract, task);
  } finally {
    if (ground !== task.shared) await ground.server.close();
  }
}

async function takeOn<I, O, C>(
  { server, prepared }: Ground<C>,
  wire: Wire,
  way: Way,
  contract: WireCall["contract"],
  { api, stated }: Task<I, O, C>,
): Promise<WayResult> {
  const input = settle(stated.input, prepared);
  const call: WireCall = {
    contract,
    input: { ...(input as object) },
    bearer: stated.bearer ?? null,
    caller: await callerOf(api, stated.bearer ?? null),
    idempotencyKey: stated.idempotencyKey ?? null,
  };
  const shown = await way.call(server, call);
  const result: WayResult = { wire: wire.name, way: way.name, version: way.version.name, ...shown };
  assertExpected({ wire, way, call, result, prepared }, stated.expect);
  const own = stated.on?.[wire.name];
  if (own !== undefined && own !== notSupported) own(result);
  await stated.after?.(server, prepared, result);
  return result;
}

function assertExpected<O, C>(
  {
    wire,
    way,
    call,
    result,
    prepared,
  }: { wire: Wire; way: Way; call: WireCall; result: WayResult; prepared: C },
  expected: Expected<O, C>,
): void {
  const { outcome } = result;
  if ("error" in expected) {
    const told = settle(expected.error, prepared);
    assert.ok("error" in outcome, `answered ${show(outcome)} instead of ${told.code}`);
    assertError(wire, way, call, result, told);
    return;
  }
  assert.ok("value" in outcome, `answered the error ${show(outcome)}`);
  if ("check" in expected) expected.check(outcome.value, result, prepared);
  else {
    const value = settle(expected.value, prepared);
    assert.deepEqual(plain(outcome.value), plain(way.shows(call, value)));
  }
}

function assertError(
  wire: Wire,
  way: Way,
  call: WireCall,
  { outcome, status }: WayResult,
  expected: ExpectedError,
): void {
  if (!("error" in outcome)) return;
  const { code, kind, details, violations } = outcome.error;
  assert.equal(code, expected.code, show(outcome));
  if (kind !== null) assert.equal(kind, expected.kind);
  const due = wire.statusOf(expected.code, expected.kind);
  if (due !== null) assert.equal(status, due);
  if (expected.details !== undefined) assert.deepEqual(details, expected.details);
  if (expected.violations === undefined) return;
  const stated = expected.violations.map(({ path, rule }) => `${way.path(call, path)}: ${rule}`);
  assert.deepEqual((violations ?? []).map(({ path, rule }) => `${path}: ${rule}`).sort(), stated.sort());
}

/** Without what a comparison of values must not see: prototypes of rows, their version. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array)
    return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, plain(item)]])),
  );
}

async function callerOf(api: Api, bearer: string | null): Promise<Caller | null> {
  const { authenticate } = api.options;
  if (bearer === null || authenticate === undefined) return null;
  return authenticate({ bearer, remoteAddress: "", header: () => undefined });
}

/** What is stated as it is, or made from what was prepared. */
function settle<T, C>(stated: T | ((prepared: C) => T), prepared: C): T {
  return typeof stated === "function" ? (stated as (prepared: C) => T)(prepared) : stated;
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? `${item}n` : item));
}
