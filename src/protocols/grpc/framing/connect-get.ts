import type { Awaitable } from "../../../base/awaitable.ts";
import { frameworkError } from "../../../errors/codes.ts";
import {
  ConnectUnaryFraming,
  checkConnectVersion,
  connectTimeout,
  contentCoding,
  decoded,
  malformedContent,
} from "./connect-unary.ts";
import type { FramedCall } from "./framed-call.ts";

/** A query by GET ("Unary-Get-Request" of Connect's specification), which HTTP caches may keep. */
export class ConnectGetFraming extends ConnectUnaryFraming {
  override timeout(call: FramedCall): number | null {
    const version = parametersOf(call).get("connect");
    checkConnectVersion(version === null ? undefined : version.replace(/^v/, ""));
    return connectTimeout(call);
  }

  override readOne(call: FramedCall): Awaitable<Uint8Array> {
    const parameters = parametersOf(call);
    const coding = contentCoding(parameters.get("compression") ?? undefined);
    const message = parameters.get("message");
    if (message === null) throw frameworkError("MALFORMED_REQUEST", "message: state the message of the call");
    return decoded(call, toBytes(message, parameters.get("base64") === "1"), coding);
  }
}

/** `encoding` of the query; null where there is none. */
export function encodingOf(query: string): string | null {
  return new URLSearchParams(query).get("encoding");
}

function parametersOf(call: FramedCall): URLSearchParams {
  return new URLSearchParams(call.exchange.request.query ?? "");
}

/** Base64 for URLs, with or without padding; in URLs a space was a plus sign. */
function toBytes(message: string, isBase64: boolean): Uint8Array {
  if (!isBase64) return Buffer.from(message);
  const text = message.replaceAll(" ", "+");
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw malformedContent("message: is no base64");
  return Buffer.from(text, "base64url");
}
