import type { ApiError } from "../../../errors/api-error.ts";
import { errorMembers } from "../../../errors/error-members.ts";
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
export function errorText(error: ApiError): string {
  const { code, message } = error;
  return JSON.stringify({ type: "error", error: { code, message, ...errorMembers(error) } });
}
