import type { ApiError } from "../../../errors/api-error.ts";
import type { PresentMember } from "./seats.ts";

/** What a channel of JSON sends beside messages, and messages in their envelope. All of it has a `type`. */

/** `json`: a message as the channel writes it. */
export function messageText(json: string): string {
  return `{"type":"message","message":${json}}`;
}

/** Who is there, told to who joins; `you` is its own id. */
export function hereText(you: string, members: readonly PresentMember[]): string {
  return JSON.stringify({ type: "here", you, members });
}

/** Somebody came or went. */
export function presenceText(type: "joined" | "left", member: PresentMember): string {
  return JSON.stringify({ type, member });
}

/** What was wrong with the sender's message. */
export function errorText({ code, message, details, violations, retryAfter, id }: ApiError): string {
  const error = {
    code,
    message,
    ...(details === null ? {} : { details }),
    ...(violations === null ? {} : { violations }),
    ...(retryAfter === null ? {} : { retryAfter }),
    ...(id === null ? {} : { id }),
  };
  return JSON.stringify({ type: "error", error });
}
