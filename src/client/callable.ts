import type { AnyOperation } from "../define/definition.ts";
import { readValue } from "./read.ts";
import { areMany, type RemoteOperation, reference } from "./remote.ts";
import { toJsonText } from "./rpc-message.ts";
import type { RpcRequest } from "./session.ts";

/** An operation, whichever way it is stated, as it is called. */
export interface Callable {
  readonly request: (input: unknown) => RpcRequest;
  readonly read: (result: unknown) => unknown;
}

/** What is called for a definition, or for a reference to one. */
export function toCallable(operation: AnyOperation | RemoteOperation): Callable {
  const { id, plural, isCommand } = operation.kind === "operation" ? referenceTo(operation) : operation;
  const read = (value: unknown): unknown => {
    if (operation.kind !== "operation") return value;
    return operation.output === null ? undefined : readValue(operation.output, value);
  };
  return {
    request: (input = {}) => ({
      method: id,
      params: toJsonText(plural === "" ? input : renamed(input, "items", plural)),
      isCommand,
    }),
    read(result) {
      if (plural === "") return read(result);
      const page = renamed(result, plural, "items");
      if (Array.isArray(page["items"])) page["items"] = page["items"].map(read);
      return page;
    },
  };
}

function referenceTo({ on, name, method, sort }: AnyOperation): RemoteOperation {
  const isCommand = sort === "command";
  if (on === null) return reference(name, isCommand);
  const hasItems = method !== null && areMany(method);
  return reference(`${on.plural}.${name}`, isCommand, hasItems ? on.plural : "");
}

function renamed(values: unknown, from: string, to: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries<unknown>(Object(values)).map(([name, value]) => [name === from ? to : name, value]),
  );
}
