import type { FrameworkCode } from "../../../errors/codes.ts";
import type { ErrorKind } from "../../../errors/kinds.ts";

/** What a caller does about an error of each kind. */
export const adviceByKind: Readonly<Record<ErrorKind, string>> = {
  cancelled: "Nothing, if you cancelled the call. Else send it again.",
  unknown: "Report it with the request's id (`x-request-id`).",
  invalid_argument: "Mend the request as the message and `violations` say. The same request will fail again.",
  deadline_exceeded:
    "Try again later, or allow more time. What the call changes may have been done: repeat it with the same `Idempotency-Key`.",
  not_found: "Check the id or the address. It may have been deleted, or you may not be allowed to see it.",
  already_exists: "Use another value, or work with what exists.",
  permission_denied:
    "Ask for the permission, or act as someone who has it. The same request will fail again.",
  resource_exhausted: "Wait as long as `Retry-After` says, where it is there, or send less.",
  failed_precondition: "Bring about the state that the message names, then try again.",
  aborted: "Read what is there now, apply your change to it, and try again.",
  out_of_range: "Use a value within the range.",
  unimplemented: "Use another operation: this one is not offered.",
  internal: "Report it with the `id` of the error: the server's log has the cause under it.",
  unavailable: "Try again after `Retry-After`, each time after a longer pause.",
  data_loss: "Report it with the request's id (`x-request-id`).",
  unauthenticated: "Send a valid token: `Authorization: Bearer TOKEN`.",
};

/** What a caller does about fourfold's own errors, where there is more to say than the kind tells. */
export const adviceByCode: Readonly<Partial<Record<FrameworkCode, string>>> = {
  MALFORMED_REQUEST: "Mend the request's form: its target, its header fields or its framing (RFC 9112).",
  INVALID_INPUT: "Each entry of `violations` names a field, the rule that it breaks, and how to mend it.",
  INVALID_JSON: "Send one JSON object (RFC 8259) in UTF-8. Its first fault is where the message says.",
  DOCUMENT_SYNTAX: "Mend the GraphQL document where `locations` says.",
  DOCUMENT_INVALID:
    "Mend the document as the messages say; the schema is at `/graphql`, and `fourfold contract graphql` writes it.",
  DOCUMENT_TOO_COMPLEX:
    "`extensions.details` names the limit, its value and what the document has. Ask for smaller pages, fewer levels or fewer fields at once.",
  DOCUMENT_NOT_TRUSTED:
    "Send the id of a document in the server's list (`documentId`), or have yours added to it.",
  PERSISTED_QUERY_NOT_FOUND: "Send the document together with its hash once; after that the hash will do.",
  INVALID_FILTER:
    'Write it as in `title = "Hello" AND publishedAt != null`. `violations` says what is wrong, and which fields there are.',
  INVALID_PAGE_TOKEN:
    "A page token goes with the filter and order that it was given for. Start again without one.",
  INVALID_POSITION: "Send the `position` of an event as you got it, or none for a snapshot.",
  POSITION_EXPIRED:
    "Watch again without `after` (or `Last-Event-ID`): the snapshot has what there is now. Changes are kept for as long as the API says.",
  WATCH_TOO_SLOW:
    "Go on from the last position that you got, and take what comes faster, or watch less by a filter.",
  METHOD_NOT_ALLOWED: "Use one of the methods in `Allow`.",
  NOT_ACCEPTABLE: "Accept `application/json`, or `*/*`.",
  REQUEST_TIMEOUT: "Send the request faster, in one piece.",
  CONFLICT: "`details.field` names the field whose value another row has already.",
  REFERENCE_NOT_FOUND: "`details.field` names the reference. Create that row first, or refer to another.",
  STILL_REFERENCED: "Delete the rows that refer to it first, or let them refer to another.",
  IDEMPOTENCY_KEY_IN_USE: "The first request with this key is still running: repeat yours in a second.",
  TRANSACTION_CONFLICT:
    "Nothing was changed. Repeat the request, after as long as `Retry-After` says; with an idempotency key it is the same one.",
  IDEMPOTENCY_KEY_REUSED: "Use a fresh key for a new request; repeat a key only with the very same request.",
  PRECONDITION_FAILED:
    "Somebody else changed the row. Get it again, apply your change to it, and send the new `ETag` as `If-Match`.",
  PRECONDITION_REQUIRED: "Send the row's `ETag` as `If-Match`, or `*` for whatever is there.",
  CONTENT_TOO_LARGE: "Send less at once; a batch can be parted.",
  UNSUPPORTED_MEDIA_TYPE:
    "Send `Content-Type: application/json` (or `application/merge-patch+json` with PATCH), without content coding.",
  QUOTA_EXCEEDED:
    "Wait as long as `Retry-After` says. `RateLimit` tells what is left, and smaller pages take less of it.",
  HEADERS_TOO_LARGE: "Send fewer or shorter header fields; cookies are the usual cause.",
  URI_TOO_LONG: "Shorten the address; a long filter is the usual cause.",
  DEADLINE_EXCEEDED: "Try again later, or allow more time with `Request-Timeout`.",
};
