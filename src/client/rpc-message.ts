import type { ErrorKind } from "../errors/kinds.ts";
import { ClientError, type ClientErrorOptions } from "./client-error.ts";

/** What an error has to say, as every protocol with JSON tells it. Channels do not tell its kind. */
export interface ErrorMembers extends ClientErrorOptions {
  readonly code: string;
  readonly kind?: ErrorKind;
  readonly message: string;
}

/** An error as JSON-RPC tells it (docs/PROTOCOL.md). */
interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: Omit<ErrorMembers, "message">;
}

/** What the server sends: an answer, or a word of a stream. */
export interface RpcMessage {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: RpcError;
  readonly meta?: { readonly version?: number };
  readonly method?: "$/next" | "$/complete" | "$/error";
  readonly params?: { readonly stream: number; readonly value?: unknown; readonly error?: RpcError };
}

export function toClientError({ code, kind = "unknown", message, ...members }: ErrorMembers): ClientError {
  return new ClientError(code, kind, message, members);
}

/** Numbers say less than `data`, which all of ours have. */
export function fromRpcError({ code, message, data }: RpcError): ClientError {
  return toClientError({ code: `${code}`, ...data, message });
}

/** An input as JSON has it: what JSON itself does not know is stated as the server reads it. */
export function toJsonText(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === "bigint") return `${each}`;
    if (!(each instanceof Uint8Array)) return each;
    return btoa(Array.from(each, (octet) => String.fromCharCode(octet)).join(""));
  });
}
