import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { Exchange, RequestHead } from "../exchange.ts";
import { HeadBlock } from "../head-block.ts";
import {
  agreementField,
  agreeOnDeflate,
  type DeflateAgreement,
  type DeflateOptions,
} from "./deflate/agreement.ts";
import { parseExtensions } from "./deflate/extension-offers.ts";
import { acceptFor, checkOpening } from "./handshake.ts";
import { isOriginAllowed, type Origins } from "./origin.ts";
import { ServerWebSocket } from "./server-websocket.ts";
import { chooseSubprotocol, parseSubprotocols, type Subprotocols } from "./subprotocol.ts";
import type { WebSocketConnection, WebSocketReceiver } from "./websocket.ts";

/** How WebSockets are accepted. */
export interface WebSocketOptions {
  /** None if absent. A client that offers none of them is accepted without one. */
  readonly subprotocols?: Subprotocols;
  /** `same` if absent. */
  readonly origins?: Origins;
  /** Compression by permessage-deflate, where the client offers it; none if absent. */
  readonly deflate?: DeflateOptions;
}

/** Upgrade must stand in a 426 (RFC 9110 §15.5.22). */
const upgradeRequired = new HeadBlock(426, ["upgrade", "websocket", "connection", "upgrade"]);

/**
 * Answers a request by opening a WebSocket (RFC 6455; RFC 8441 over HTTP/2). Null for a request that does not open one or that
 * must be refused: it is answered then. What the WebSocket bears is in the limits of the listener.
 */
export function acceptWebSocket(
  exchange: Exchange,
  receiver: WebSocketReceiver,
  options: WebSocketOptions = {},
): WebSocketConnection | null {
  const { request, context } = exchange;
  const opening = readOpening(request, options);
  if (!("fields" in opening)) {
    refuse(exchange, opening);
    return null;
  }
  const { subprotocol, deflate, fields } = opening;
  const parts = { context, peer: request.connection, receiver, subprotocol, deflate };
  return new ServerWebSocket(parts, (socket) => exchange.tunnel(fields, socket));
}

/** What was agreed, and the fields that say so. */
interface Opening {
  readonly subprotocol: string | null;
  readonly deflate: DeflateAgreement | null;
  readonly fields: readonly string[];
}

function readOpening(request: RequestHead, options: WebSocketOptions): Opening | ApiError {
  const error = checkOpening(request);
  if (error !== null) return error;
  if (!isOriginAllowed(options.origins ?? "same", request))
    return frameworkError("PERMISSION_DENIED", "Pages of this origin may not open a WebSocket here");
  const offered = parseSubprotocols(request.header("sec-websocket-protocol"));
  if (offered === null) return malformed("Sec-WebSocket-Protocol");
  const extensions = parseExtensions(request.header("sec-websocket-extensions") ?? "");
  if (extensions === null) return malformed("Sec-WebSocket-Extensions");
  const subprotocol = chooseSubprotocol(offered, options.subprotocols ?? [], request);
  const deflate = options.deflate === undefined ? null : agreeOnDeflate(extensions, options.deflate);
  return { subprotocol, deflate, fields: answerFields(request, subprotocol, deflate) };
}

/** RFC 6455 §4.2.2; the key belongs to HTTP/1.1 alone (RFC 8441 §5). */
function answerFields(
  request: RequestHead,
  subprotocol: string | null,
  deflate: DeflateAgreement | null,
): readonly string[] {
  const fields: string[] = [];
  if (request.connection.httpVersion !== "2")
    fields.push("sec-websocket-accept", acceptFor(request.header("sec-websocket-key") ?? ""));
  if (subprotocol !== null) fields.push("sec-websocket-protocol", subprotocol);
  if (deflate !== null) fields.push("sec-websocket-extensions", agreementField(deflate));
  return fields;
}

function refuse(exchange: Exchange, error: ApiError): void {
  const { request, context } = exchange;
  const { block, fields, body } = context.refuse(error, request.connection, request);
  const isUpgrade = error.code === "UPGRADE_REQUIRED" && request.connection.httpVersion !== "2";
  exchange.respond(isUpgrade ? upgradeRequired : block, fields, body);
}

function malformed(field: string): ApiError {
  return frameworkError("MALFORMED_REQUEST", `${field} is malformed`);
}
