import { isNestedDeeper } from "../../../base/json-nesting.ts";
import { repeatedMember } from "../../../base/repeated-member.ts";

/** What clients send (graphql-transport-ws, "Message types"). */
export type ClientMessage =
  | { readonly type: "connection_init"; readonly payload: Members | null }
  | { readonly type: "ping" | "pong"; readonly payload: Members | null }
  | { readonly type: "subscribe"; readonly id: string; readonly payload: Members }
  | { readonly type: "complete"; readonly id: string };

export type Members = Readonly<Record<string, unknown>>;

/** Lists and objects within each other, as in contents over HTTP. */
const mostNesting = 500;

/** Ids are kept as long as their operation lasts, so that their length has a bound. */
const longestId = 256;

/** Reads a message, or answers what is wrong with it: the reason that the socket is closed with (4400). */
export function readMessage(data: string | Uint8Array): ClientMessage | string {
  if (typeof data !== "string") return "Messages are text";
  if (isNestedDeeper(data, mostNesting)) return `Messages may be nested on ${mostNesting} levels`;
  const value = parse(data);
  if (!isMembers(value)) return "Messages are JSON objects";
  const repeated = repeatedMember(data, value);
  if (repeated !== null) return `${repeated.slice(0, 80)} is stated twice`;
  const { type, id, payload } = value;
  switch (type) {
    case "connection_init":
    case "ping":
    case "pong":
      if (payload === undefined || payload === null) return { type, payload: null };
      return isMembers(payload) ? { type, payload } : "payload must be an object";
    case "subscribe":
      if (!isId(id)) return idRule;
      return isMembers(payload) ? { type, id, payload } : "payload must be an object";
    case "complete":
      return isId(id) ? { type, id } : idRule;
    default:
      return "type must be one of connection_init, ping, pong, subscribe, complete";
  }
}

const idRule = `id must be text of 1 to ${longestId} characters`;

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= longestId;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
