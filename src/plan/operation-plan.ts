import { createHash } from "node:crypto";
import { parseDuration } from "../base/duration.ts";
import type { AnyOperation } from "../define/definition.ts";
import type { AnyErrorDefinition } from "../errors/error.ts";
import { keyOf } from "../schema/key-of.ts";
import type { InputReader } from "./input-reader.ts";
import type { MessageReader } from "./message-reader.ts";
import type { ResourceView } from "./resource-view.ts";
import { rowsIn } from "./rows-in.ts";
import { type Units, unitsOf } from "./units.ts";

/** What an answer is: nothing, a row, a page of rows, rows in a batch, or a value of another type. */
export type OutputForm = "none" | "row" | "page" | "rows" | "value";

/** An operation, planned: all that `invoke` reads, whatever the version and the protocol. */
export class OperationPlan {
  /** `users.get`, `posts.publish`, `search`. */
  readonly id: string;
  readonly operation: AnyOperation;
  /** Its resource as today's definition has it. */
  readonly view: ResourceView | null;
  readonly output: OutputForm;
  /** Checks inputs of calls in this process. */
  readonly input: InputReader;
  /** Checks messages of calls in this process; null for an operation that takes one input. */
  readonly messages: MessageReader | null;
  readonly cache: CachePlan | null;
  /** Milliseconds; 0 for none. */
  readonly deadline: number;
  readonly errors: readonly AnyErrorDefinition[];
  /** Of the quota, for each call. */
  readonly units: Units;

  /** `apiDeadline`: for operations without one of their own. */
  constructor({
    operation,
    view,
    input,
    messages,
    apiDeadline,
  }: Pick<OperationPlan, "operation" | "view" | "input" | "messages"> & {
    readonly apiDeadline: number | string | null;
  }) {
    this.id = operation.on === null ? operation.name : `${operation.on.plural}.${operation.name}`;
    this.operation = operation;
    this.view = view;
    this.output = outputForm(operation);
    this.input = input;
    this.messages = messages;
    this.cache = toCachePlan(operation, this.id);
    // Subscriptions last as long as somebody listens, unless they say otherwise themselves.
    const deadline = operation.deadline ?? (operation.sort === "subscription" ? null : apiDeadline);
    this.deadline = deadline === null ? 0 : parseDuration(deadline);
    this.errors = operation.errors;
    this.units = unitsOf(operation);
  }
}

/** How the answers of an operation are kept. */
export interface CachePlan {
  /** Milliseconds. */
  readonly maxAge: number;
  /** Milliseconds that "not found" is kept; 0 for not at all. */
  readonly negative: number;
  /** Milliseconds after that, for which an answer is given while nothing newer can be had; 0 for never. */
  readonly staleIfError: number;
  /** Whether all callers get the same answer. Rules on rows or fields make it differ, whatever was declared. */
  readonly shared: boolean;
  /** Whether HTTP caches may share it too: they know nothing of the rule on who may call. */
  readonly public: boolean;
  /** Names of the resources whose changes drop an answer. */
  readonly reads: readonly string[];
  /** The key of an input, within what callers may share. */
  readonly key: (input: Readonly<Record<string, unknown>>) => string;
}

function outputForm(operation: AnyOperation): OutputForm {
  if (operation.method === "list") return "page";
  if (operation.method === "batchGet" || operation.method === "batchCreate") return "rows";
  if (operation.output === null) return "none";
  return operation.output.shape.kind === "row" ? "row" : "value";
}

function toCachePlan(operation: AnyOperation, id: string): CachePlan | null {
  const { cache, on } = operation;
  if (cache === null) return null;
  const shown = operation.output === null ? [] : rowsIn(operation.output);
  const ruled = [...shown, ...(on === null ? [] : [on])].some(
    ({ definition }) => definition.rows !== null || Object.keys(definition.fieldRules).length > 0,
  );
  const reads = new Set([
    ...(on === null ? [] : [on.name]),
    ...(cache.reads ?? []).map((resource) => resource.name),
  ]);
  const shared = cache.visibility === "public" && !ruled;
  return {
    maxAge: parseDuration(cache.maxAge),
    negative: cache.negative === undefined ? 0 : parseDuration(cache.negative),
    staleIfError: cache.staleIfError === undefined ? 0 : parseDuration(cache.staleIfError),
    shared,
    public: shared && operation.allow === null,
    reads: [...reads],
    key: cacheKey(operation, id),
  };
}

/** An input as one text, the same for the same values. Long ones are hashed, so that keys stay short. */
export function canonical(input: Readonly<Record<string, unknown>>): string {
  // A replacer is asked about every member: only where one may be needed.
  const text = JSON.stringify(input, Object.values(input).every(isPlain) ? undefined : writeBigint);
  return text.length <= longestKey ? text : hashOf(text);
}

/** The key of an input of its own members, without a walk through all of it: that would make a cached answer dearer than a fresh one. */
function cacheKey({ method, scope, input }: AnyOperation, id: string): CachePlan["key"] {
  if (method === "get") return (stated) => `${id}:${stated["id"]}`;
  if (method !== null) return (stated) => `${id}?${canonical(stated)}`;
  const keys = [
    ...(scope === "item" ? ["id"] : []),
    ...Object.entries(input).map(([name, field]) => keyOf(name, field)),
  ];
  return (stated) => {
    let text = `${id}?`;
    for (const key of keys) {
      const value = stated[key];
      // Their length tells where texts end.
      if (typeof value === "string") text += `${value.length}:${value}`;
      else if (typeof value === "object" || typeof value === "bigint") return `${id}?${canonical(stated)}`;
      else text += `${value};`;
    }
    return text.length <= longestKey ? text : `${id}?${hashOf(text)}`;
  };
}

const longestKey = 200;

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object" && typeof value !== "bigint";
}

function writeBigint(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
