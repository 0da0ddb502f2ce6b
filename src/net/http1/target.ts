import { frameworkError } from "../../errors/codes.ts";
import { malformed } from "./malformed.ts";

/** A request target taken apart (RFC 9112 §3.2). */
export interface Target {
  readonly path: string;
  readonly query: string | null;
  /** Of an absolute-form target: what stands for the Host field. */
  readonly authority: string | null;
}

const absoluteForm = /^https?:\/\/([^/?]*)([^?]*)(?:\?(.*))?$/i;
const validHost = /^(?:\[[0-9a-f:.]+\]|(?:[a-z0-9\-._~!$&'()*+,;=]|%[0-9a-f]{2})+)(?::[0-9]{0,5})?$/i;

/** RFC 3986 §3.2.2, without user information. */
export function isHost(host: string): boolean {
  return validHost.test(host);
}

/** Takes apart what does not begin with a slash: absolute-form and asterisk-form; anything else is refused. */
export function parseRareTarget(method: string, target: string, host: string | undefined): Target {
  if (method === "CONNECT")
    throw frameworkError("UNIMPLEMENTED", "This server is no proxy: CONNECT is refused");
  if (target === "*") {
    if (method !== "OPTIONS") throw malformed("the target * is for OPTIONS only");
    return { path: "*", query: null, authority: null };
  }
  const match = absoluteForm.exec(target);
  const authority = match?.[1];
  if (match === null || authority === undefined) throw malformed("the target is not a path");
  if (!isHost(authority)) throw malformed("the host in the target is not valid");
  // RFC 9112 §3.2.2: the target wins over Host; but a client must send the same in both, and who does not is up to something.
  if (host !== undefined && host.toLowerCase() !== authority.toLowerCase())
    throw malformed("the target and the Host field disagree");
  const query = match[3] ?? null;
  // RFC 9112 §3.2.4: the last hop turns OPTIONS without a path into the asterisk-form.
  const whole = method === "OPTIONS" && query === null ? "*" : "/";
  return { path: match[2] || whole, query, authority };
}
