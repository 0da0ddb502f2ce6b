import type { Awaitable } from "../base/awaitable.ts";
import type { Cache } from "../cache/cache.ts";
import type { Caller, Credentials } from "../define/caller.ts";
import type { Database } from "../define/database.ts";
import type { AnyOperation, Operation } from "../define/definition.ts";
import type { ApiPlan } from "../plan/api-plan.ts";
import type { Input } from "../plan/codec/object-reader.ts";
import type { OperationPlan } from "../plan/operation-plan.ts";
import type { Store } from "../store/store.ts";
import { AfterCommit } from "./after-commit.ts";
import { Call, type CallServices, type CallSource } from "./call.ts";
import { compileInvocation, type Invocation } from "./compile.ts";
import { Databases } from "./database.ts";
import { DerivedSource } from "./derived-source.ts";
import { dropFromCaches, invalidatingStore } from "./invalidate.ts";
import { statedMessages } from "./messages.ts";
import type { InvokeOptions } from "./options.ts";
import type { QuotaState } from "./quota/quota-state.ts";
import { Watches } from "./watch/watches.ts";

/** Calls operations. One for an API; every protocol goes through it, and so do calls in this process. */
export class Invoker {
  readonly #plan: ApiPlan;
  readonly #invocations: ReadonlyMap<AnyOperation, Invocation>;
  readonly #databases: Databases | null;
  readonly #authenticate: InvokeOptions["authenticate"];
  readonly #quota: InvokeOptions["quota"];
  /** Those who watch; null where no changes are logged. */
  readonly watches: Watches | null;
  /** What shall only happen once a transaction is committed; null where there is nothing that could wait for one. */
  readonly afterCommit: AfterCommit | null;
  /** What calls may ask for. */
  readonly services: CallServices;

  constructor(plan: ApiPlan, options: InvokeOptions) {
    this.#plan = plan;
    this.#authenticate = options.authenticate;
    this.#quota = options.quota;
    const { store } = options;
    this.afterCommit = store !== null && plan.channels.length > 0 ? new AfterCommit() : null;
    const used = { ...options, store: store === null ? null : this.#around(store, options) };
    this.#databases = used.store === null ? null : new Databases(used.store, plan);
    const log = store?.changes ?? null;
    this.watches = log === null ? null : new Watches(log, options.wakes, plan, options.failed);
    const composed = { ...used, watches: this.watches };
    this.#invocations = new Map(
      plan.operations.map((each) => [each.operation, compileInvocation(each, plan, composed)]),
    );
    this.services = {
      now: options.now,
      log: options.log,
      rooms: options.rooms,
      database: (call) => this.#database(call),
      callWithin: (call, operation, input) => this.#callWithin(call, operation, input),
    };
  }

  /** The store with what its writes entail. Messages come last: who gets one finds nothing stale. */
  #around(store: Store, { cache, bus, workers }: InvokeOptions): Store {
    const invalidating = cache === null ? store : this.#invalidating(store, cache, { bus, workers });
    return this.afterCommit === null ? invalidating : this.afterCommit.over(invalidating);
  }

  #invalidating(store: Store, cache: Cache, { bus, workers }: Pick<InvokeOptions, "bus" | "workers">): Store {
    const nodes = bus === workers ? null : bus;
    return invalidatingStore(store, dropFromCaches({ cache, workers, nodes, store }), this.#plan);
  }

  /** The operation, ready to be called; null for one that is not served (yet). */
  invocation(operation: AnyOperation): Invocation | null {
    return this.#invocations.get(operation) ?? null;
  }

  /** Who bears these credentials; null for nobody. What the application's `authenticate` throws is thrown. */
  identify(credentials: Credentials): Awaitable<Caller | null> {
    return this.#authenticate === null ? null : this.#authenticate(credentials);
  }

  /** Takes units of a caller's quota for calls that are entered as a known caller's; null where there is no quota. */
  charge(caller: Caller | null, credentials: Credentials, units: number): QuotaState | null {
    return this.#quota === null ? null : this.#quota.take(caller, credentials, units);
  }

  /** Calls an operation in this process. The input is checked as everyone's is. */
  async call<I, O>(
    operation: Operation<I, O>,
    input: I,
    source: CallSource,
    caller: Caller | null,
  ): Promise<O> {
    const { plan, run } = this.#find(operation);
    const call = this.#make(plan, source, input);
    call.caller = caller;
    return (await run(call)) as O;
  }

  /** The database for work that no call asked for, such as filling it at the first start. */
  get database(): Database | null {
    return this.#databases?.outside ?? null;
  }

  async #callWithin<I, O>(outer: Call, operation: Operation<I, O>, input: I): Promise<O> {
    const { plan, run } = this.#find(operation);
    const call = this.#make(plan, new DerivedSource(outer.source, outer, "outer"), input);
    call.caller = outer.caller;
    call.transaction = outer.transaction;
    return (await run(call)) as O;
  }

  #make({ input, messages }: OperationPlan, source: CallSource, stated: unknown): Call {
    if (messages === null) return new Call(this.services, source, input.check(toInput(stated)));
    const call = new Call(this.services, source, {});
    call.messages = statedMessages(messages, stated);
    return call;
  }

  #database(call: Call): Database {
    if (this.#databases === null)
      throw new Error(`"${this.#plan.api.name}" has no stored resource, so there is no database`);
    return call.transaction === null ? this.#databases.for(call) : this.#databases.within(call.transaction);
  }

  #find(operation: AnyOperation): Invocation {
    const found = this.#invocations.get(operation);
    if (found === undefined)
      throw new Error(`"${operation.name}" is not among the operations of "${this.#plan.api.name}"`);
    return found;
  }
}

// Inputs are objects of members, whatever their static types.
function toInput(input: unknown): Input {
  return typeof input === "object" && input !== null ? { ...input } : {};
}
