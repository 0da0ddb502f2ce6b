import type { AnyOperation } from "../define/definition.ts";
import { readValue } from "./read.ts";
import { isRecord } from "./record.ts";
import type { RemoteOperation } from "./remote.ts";
import { toJsonText } from "./rpc-message.ts";
import type { RpcRequest } from "./session.ts";

/** An operation, whichever way it is stated, as it is called. */
export interface Callable {
  readonly request: (input: unknown) => RpcRequest;
  readonly read: (result: unknown) => unknown;
}

/** What is called for a definition, or for a reference to one. */
export function toCallable(operation: AnyOperation | RemoteOperation): Callable {
  if (operation.kind === "remote operation") {
    const { id, sort, plural } = operation;
    return {
      request: (input) => toRequest(id, sort, withPlural(input, plural)),
      read: (result) => (plural === "" ? result : withItems(result, plural, (row) => row)),
    };
  }
  const { on, name, sort, method, output } = operation;
  const plural = on !== null && (method === "list" || method?.startsWith("batch")) ? on.plural : "";
  const id = on === null ? name : `${on.plural}.${name}`;
  const read = (value: unknown): unknown => (output === null ? undefined : readValue(output, value));
  return {
    request: (input) => toRequest(id, sort, withPlural(input, plural)),
    read: (result) => (plural === "" ? read(result) : withItems(result, plural, read)),
  };
}

function toRequest(method: string, sort: AnyOperation["sort"], input: unknown): RpcRequest {
  return { method, params: toJsonText(input ?? {}), isCommand: sort === "command" };
}

/** Rows of a batch stand under the resource's name on the wire. */
function withPlural(input: unknown, plural: string): unknown {
  if (plural === "" || !isRecord(input) || !("items" in input)) return input;
  const { items, ...rest } = input;
  return { ...rest, [plural]: items };
}

function withItems(result: unknown, plural: string, read: (row: unknown) => unknown): unknown {
  if (!isRecord(result)) return result;
  const { [plural]: rows, ...rest } = result;
  return { items: Array.isArray(rows) ? rows.map(read) : [], ...rest };
}
