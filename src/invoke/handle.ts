import { isPromise, whenReady } from "../base/awaitable.ts";
import type { AnyHandler, AnyResource } from "../define/definition.ts";
import { OutputMismatch } from "../plan/codec/codec.ts";
import { notFound } from "../plan/table.ts";
import type { Step } from "./step.ts";

/** Calls the application's handler. */
export function handlerStep(handle: AnyHandler): Step {
  // The definition has checked the handler's types against the input that its plan reads.
  return handle as Step;
}

/** Calls a handler of the application's own for rows by their ids: null in their place says that there is none. */
export function batchHandlerStep(handle: AnyHandler, resource: AnyResource): Step {
  const step = handlerStep(handle);
  const found = (answer: unknown): unknown => {
    if (!Array.isArray(answer)) throw new OutputMismatch(`a list of rows of ${resource.name}`, answer);
    if (answer.some((row) => row === null || row === undefined)) throw notFound(resource);
    return { items: answer };
  };
  return (call) => whenReady(step(call), found);
}

/** Calls a handler of the application's own for one row: null says that there is none. */
export function rowHandlerStep(handle: AnyHandler, resource: AnyResource): Step {
  const step = handlerStep(handle);
  const found = (answer: unknown): unknown => {
    if (answer === null || answer === undefined || answer === false) throw notFound(resource);
    return answer;
  };
  return (call) => {
    const answer = step(call);
    return isPromise(answer) ? answer.then(found) : found(answer);
  };
}
