import type { ApiError } from "../../../errors/api-error.ts";
import { encodeBinary } from "../wire/metadata.ts";
import { type ErrorContext, encodeRichStatus, statusCode } from "../wire/rich-status.ts";
import { encodeStatusMessage } from "../wire/status-message.ts";
import type { FramedCall } from "./framed-call.ts";

/** Bytes of `grpc-status-details-bin`: gRPC's C core takes 8 KiB of metadata in all. */
const DETAILS_BYTES = 4 * 1024;
/** Characters of a message. */
const MESSAGE_LENGTH = 512;

/** Where a call's error was met. */
export function contextOf({ settings, resource }: FramedCall): ErrorContext {
  return { domain: settings.domain, resource };
}

/** An error as the fields that end a call of gRPC and gRPC-Web, the call's own trailers included. */
export function statusFields(call: FramedCall, error: ApiError): readonly string[] {
  const message =
    error.message.length > MESSAGE_LENGTH ? `${error.message.slice(0, MESSAGE_LENGTH)}...` : error.message;
  return [
    "grpc-status",
    String(statusCode(error)),
    "grpc-message",
    encodeStatusMessage(message),
    "grpc-status-details-bin",
    encodeBinary(encodeRichStatus(error, contextOf(call), DETAILS_BYTES)),
  ];
}
