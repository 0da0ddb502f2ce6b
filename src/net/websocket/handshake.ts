import { hash } from "node:crypto";
import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { RequestHead } from "../exchange.ts";

/** RFC 6455 §1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Whether a request opens a WebSocket (RFC 6455 §4.2.1, RFC 8441 §5); null, or the error that refuses it. */
export function checkOpening(request: RequestHead): ApiError | null {
  const isExtendedConnect = request.connection.httpVersion === "2" && request.upgrade !== null;
  if (!isExtendedConnect && request.method !== "GET") return notGet();
  if (request.upgrade !== "websocket") return noUpgrade(request);
  const version = request.header("sec-websocket-version");
  if (version !== "13") return otherVersion(version);
  return isExtendedConnect || isKey(request.header("sec-websocket-key")) ? null : badKey();
}

/** `Sec-WebSocket-Accept` (RFC 6455 §4.2.2). */
export function acceptFor(key: string): string {
  return hash("sha1", key + GUID, "base64");
}

/** 16 bytes in base64: 22 characters, of which the last has four bits unused. */
function isKey(key: string | undefined): boolean {
  return key !== undefined && /^[A-Za-z0-9+/]{21}[AQgw]==$/.test(key);
}

function notGet(): ApiError {
  return frameworkError("METHOD_NOT_ALLOWED", undefined, { headers: { allow: "GET" } });
}

/** HTTP/2 has no `Upgrade` (RFC 9113 §8.2.2): there it is only said. */
function noUpgrade(request: RequestHead): ApiError {
  const code = request.connection.httpVersion === "2" ? "MALFORMED_REQUEST" : "UPGRADE_REQUIRED";
  return frameworkError(code, "This address is to be opened as a WebSocket");
}

/** RFC 6455 §4.4. */
function otherVersion(version: string | undefined): ApiError {
  const headers = { "sec-websocket-version": "13" };
  const message =
    version === undefined ? "Sec-WebSocket-Version is missing" : "This WebSocket version is not spoken";
  return frameworkError("UPGRADE_REQUIRED", message, { headers });
}

function badKey(): ApiError {
  return frameworkError("MALFORMED_REQUEST", "Sec-WebSocket-Key must be 16 bytes in base64");
}
