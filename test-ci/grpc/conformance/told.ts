import type { Message } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import { type ErrorKind, errorKinds } from "../../../src/errors/kinds.ts";
import type { RpcCall } from "../../../src/protocols/grpc/rpc/call.ts";
import { RpcError } from "../../../src/protocols/grpc/wire/rich-status.ts";
import type { ErrorDefinition, Header, Messages } from "./messages.ts";

/** What a call was asked with, as the suite wants to be told. */
export function requestInfo(messages: Messages, call: RpcCall, requests: readonly Any[]): Message {
  const timeout = call.framing.timeout(call);
  const query = new URLSearchParams(call.exchange.request.query ?? "");
  return messages.make("ConformancePayload.RequestInfo", {
    requestHeaders: gathered(pairs(call.exchange.request.fields())),
    requests,
    ...(timeout === null ? {} : { timeoutMs: BigInt(Math.trunc(timeout)) }),
    ...(call.method === "GET" ? { connectGetInfo: { queryParams: gathered([...query]) } } : {}),
  });
}

/** The fields that a definition asks for, before the answer and after it. */
export function addMetadata(
  call: RpcCall,
  definition: { readonly responseHeaders: readonly Header[]; readonly responseTrailers: readonly Header[] },
): void {
  for (const { name, value } of definition.responseHeaders)
    for (const each of value) call.addHeader(name.toLowerCase(), each);
  for (const { name, value } of definition.responseTrailers)
    for (const each of value) call.addTrailer(name.toLowerCase(), each);
}

/** The error that a definition asks for; its last detail says what was asked. */
export function toError(
  messages: Messages,
  { code, message, details }: ErrorDefinition,
  info: Message | null,
): RpcError {
  const all = info === null ? details : [...details, messages.pack(info)];
  return new RpcError(
    kindOf(code),
    message ?? "",
    all.map(({ typeUrl, value }) => ({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value })),
  );
}

function kindOf(code: number): ErrorKind {
  const found = Object.entries(errorKinds).find(([, { grpc }]) => grpc === code)?.[0];
  return found !== undefined && isKind(found) ? found : "unknown";
}

function isKind(name: string): name is ErrorKind {
  return name in errorKinds;
}

function pairs(fields: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let index = 0; index < fields.length; index += 2)
    found.push([fields[index] ?? "", fields[index + 1] ?? ""]);
  return found;
}

function gathered(values: readonly (readonly [string, string])[]): Header[] {
  const names = new Map<string, string[]>();
  for (const [name, value] of values) names.set(name, [...(names.get(name) ?? []), value]);
  return [...names].map(([name, value]) => ({ name, value }));
}
