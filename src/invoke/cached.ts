import { isPromise } from "../base/awaitable.ts";
import type { Leaver } from "../base/company.ts";
import type { Cache, CacheEntry } from "../cache/cache.ts";
import { ApiError } from "../errors/api-error.ts";
import type { CachePlan, OperationPlan } from "../plan/operation-plan.ts";
import { Call } from "./call.ts";
import { DerivedSource } from "./derived-source.ts";
import { eachRowTag, resourceTag, rowTag } from "./invalidate.ts";
import type { Step } from "./step.ts";

/** Stands in the cache for "not found". */
class Absent {
  readonly error: ApiError;
  constructor(error: ApiError) {
    this.error = error;
  }
}

/**
 * Answers from the cache, or lets one of the callers who ask for the same at the same time find the answer for all. A
 * call within a transaction goes past it: it must see its own writes.
 */
export function cached(plan: OperationPlan, cachePlan: CachePlan, cache: Cache, next: Step): Step {
  const tagsOf = tagger(plan, cachePlan);
  const { maxAge, staleIfError } = cachePlan;
  const ttl = ttlOf(cachePlan);
  const load: Cache["load"] =
    staleIfError > 0
      ? orStale(cache)
      : (key, options, work, leaver) => cache.load(key, options, work, leaver);
  const produce = cachePlan.negative > 0 ? rememberAbsence(next) : next;
  const find = (key: string, call: Call): unknown => {
    const options = { ttlMs: maxAge, tags: tagsOf(call.input), ttlOf: ttl, staleMs: staleIfError };
    const loaded = load(key, options, (company) => produce(detached(call, company)), call);
    if (!isPromise(loaded)) return answerFrom(loaded, call);
    return loaded.then((fresh) => answerFrom(fresh, call));
  };
  const again = (key: string, call: Call): unknown => {
    const entry = cache.get(key);
    return entry === null ? find(key, call) : answerFrom(entry, call);
  };
  return (call) => {
    if (call.transaction !== null) return next(call);
    const key = keyFor(cachePlan, call);
    const entry = cache.get(key);
    if (entry !== null) return answerFrom(entry, call);
    // After a time in which nobody asked, what is there is to be believed again first.
    const renewal = cache.renewal();
    return renewal === null ? find(key, call) : renewal.then(() => again(key, call));
  };
}

/** Loads, and is content with what there was where nothing newer can be had. */
function orStale(cache: Cache): Cache["load"] {
  const staleFor = (key: string, thrown: unknown): CacheEntry => {
    const stale = thrown instanceof ApiError && thrown.kind === "unavailable" ? cache.stale(key) : null;
    if (stale === null) throw thrown;
    return stale;
  };
  return (key, options, produce, leaver) => {
    try {
      const loaded = cache.load(key, options, produce, leaver);
      return isPromise(loaded) ? loaded.then(null, (thrown: unknown) => staleFor(key, thrown)) : loaded;
    } catch (thrown) {
      return staleFor(key, thrown);
    }
  };
}

/** The answer is made for others too: it ends when all of them have gone away, or have no more time. */
function detached(call: Call, company: Leaver): Call {
  const own = new Call(call.services, new DerivedSource(call.source, company, "nobody"), call.input);
  own.caller = call.caller;
  return own;
}

function answerFrom(entry: CacheEntry, call: Call): unknown {
  const { value } = entry;
  if (value instanceof Absent) throw value.error;
  call.entry = entry;
  return value;
}

/** Callers who may see different things never share a key. */
function keyFor(plan: CachePlan, call: Call): string {
  const key = plan.key(call.input);
  if (plan.shared) return key;
  return call.caller === null ? `anonymous ${key}` : `caller ${JSON.stringify(call.caller.id)} ${key}`;
}

function tagger(
  { operation }: OperationPlan,
  { reads }: CachePlan,
): (input: Call["input"]) => readonly string[] {
  const resource = operation.on?.name;
  if (operation.method === "get" && resource !== undefined) {
    const others = reads
      .filter((name) => name !== resource)
      .flatMap((name) => [resourceTag(name), eachRowTag(name)]);
    const each = eachRowTag(resource);
    return (input) => [rowTag(resource, input["id"]), each, ...others];
  }
  const tags = reads.flatMap((name) => [resourceTag(name), eachRowTag(name)]);
  return () => tags;
}

function ttlOf(plan: CachePlan): (value: unknown) => number {
  return (value) => (value instanceof Absent ? plan.negative : plan.maxAge);
}

function rememberAbsence(next: Step): Step {
  const absent = (thrown: unknown): Absent => {
    if (thrown instanceof ApiError && thrown.kind === "not_found") return new Absent(thrown);
    throw thrown;
  };
  return (call) => {
    try {
      const answer = next(call);
      return isPromise(answer) ? answer.then((value) => value, absent) : answer;
    } catch (thrown) {
      return absent(thrown);
    }
  };
}
