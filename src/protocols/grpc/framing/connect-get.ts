import type { Awaitable } from "../../../base/awaitable.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { HeadBlock } from "../../../net/head-block.ts";
import { codedTag, contentTag, matchesAny } from "../../http/entity-tags.ts";
import { ENVELOPE_BYTES } from "../wire/envelope.ts";
import {
  ConnectUnaryFraming,
  checkConnectVersion,
  connectTimeout,
  contentCoding,
  decoded,
  malformedContent,
  respondConnectError,
} from "./connect-unary.ts";
import type { FramedCall } from "./framed-call.ts";

/** A query by GET ("Unary-Get-Request" of Connect's specification), which HTTP caches may keep. */
export class ConnectGetFraming extends ConnectUnaryFraming {
  override timeout(call: FramedCall): number | null {
    const version = parametersOf(call).get("connect");
    checkConnectVersion(version === null ? undefined : version.replace(/^v/, ""));
    return connectTimeout(call);
  }

  override respond(call: FramedCall, message: Uint8Array): Awaitable<void> {
    if (call.freshness === null) return super.respond(call, message);
    const content = message.subarray(ENVELOPE_BYTES);
    const tag = contentTag(content);
    const stated = call.header("if-none-match");
    if (stated !== undefined && matchesAny(stated, tag)) this.#notModified(call, stated, tag);
    else
      return this.answer(call, content, (coding) =>
        freshFields(call, coding === null ? tag : codedTag(tag, coding)),
      );
  }

  /** Whatever is wrong may be right the next time. */
  override fail(call: FramedCall, error: ApiError): void {
    respondConnectError(call, error, ["cache-control", "no-store"]);
  }

  /** With the ETag that the caller has, coded or not: by it caches find what they are to freshen (RFC 9110 §15.4.5). */
  #notModified(call: FramedCall, stated: string, tag: string): void {
    const coded = codedTag(tag, "gzip");
    const fields = freshFields(call, stated.includes(coded) ? coded : tag);
    call.exchange.respond(notModified, call.headFields(fields), null);
    call.finished(0, null);
  }

  override readOne(call: FramedCall): Awaitable<Uint8Array> {
    const parameters = parametersOf(call);
    const coding = contentCoding(parameters.get("compression") ?? undefined);
    const message = parameters.get("message");
    if (message === null) throw frameworkError("MALFORMED_REQUEST", "message: state the message of the call");
    return decoded(call, toBytes(message, parameters.get("base64") === "1"), coding);
  }
}

const notModified = new HeadBlock(304, ["vary", "accept-encoding"]);

function freshFields(call: FramedCall, tag: string): readonly string[] {
  const byOrigin = call.settings.cors?.varies === true ? ["vary", "origin"] : [];
  return [...(call.freshness ?? []), ...byOrigin, "etag", tag];
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
