import type { Awaitable } from "../base/awaitable.ts";
import type { Call } from "./call.ts";

/**
 * One step of a call, composed with those after it at start. It answers at once when they do. A step that an operation
 * does not need is not composed: it costs nothing.
 */
export type Step = (call: Call) => Awaitable<unknown>;
