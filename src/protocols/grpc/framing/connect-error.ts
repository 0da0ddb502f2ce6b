import type { ApiError } from "../../../errors/api-error.ts";
import type { ErrorKind } from "../../../errors/kinds.ts";
import { errorDetails } from "../wire/rich-status.ts";
import type { FramedCall } from "./framed-call.ts";
import { contextOf } from "./status-fields.ts";

/** An error as Connect states it ("Error" of the protocol's specification). */
export interface ConnectError {
  readonly code: string;
  readonly message?: string;
  readonly details?: readonly { readonly type: string; readonly value: string }[];
}

/** The codes are gRPC's, in lower case, and with one l. */
export function connectError(call: FramedCall, error: ApiError): ConnectError {
  const details = errorDetails(error, contextOf(call)).map(({ type, value }) => ({
    type,
    value: Buffer.from(value).toString("base64").replace(/=+$/, ""),
  }));
  return {
    code: connectCode(error.kind),
    ...(error.message === "" ? {} : { message: error.message }),
    ...(details.length === 0 ? {} : { details }),
  };
}

function connectCode(kind: ErrorKind): string {
  return kind === "cancelled" ? "canceled" : kind;
}
