import type { FieldSink } from "../hpack/field-sink.ts";
import { isHost } from "../http1/target.ts";
import {
  AUTHORITY,
  CONTENT_LENGTH,
  COOKIE,
  EXPECT,
  HOST,
  isPseudo,
  MALFORMED,
  METHOD,
  PATH,
  PROTOCOL,
  SCHEME,
} from "./request-marks.ts";

/** Digits of a Content-Length that are surely an exact number; more is more than any limit. */
const MAX_LENGTH_DIGITS = 15;

/** One of 32 bits for each name: a head that lacks it has no field of that name. */
export function bitOf(name: string): number {
  return 1 << (3 * name.length + name.charCodeAt(name.length - 1));
}

const hostBit = bitOf("host");

/** Collects the fields of one request head after the other, and knows what is wrong with them (RFC 9113 §8.2, §8.3). */
export class RequestFields implements FieldSink {
  /** Empty where there is none: none of them may be empty. */
  method: string;
  path: string;
  scheme: string;
  authority: string;
  protocol: string;
  host: string;
  /** `null` where none is declared. */
  contentLength: number | null;
  expect: string | null;
  /** `[name, value, ...]`; the first is `host`, whichever way it came. A fresh list for each head. */
  fields: string[];
  /** The bits of all names in it, see {@link bitOf}. */
  names: number;
  /** Why the head is malformed; null while it is not. */
  fault: string | null;
  /** Where the value of the first `cookie` stands; 0 without. */
  #cookie: number;
  #isPastPseudo: boolean;

  constructor() {
    this.method = "";
    this.path = "";
    this.scheme = "";
    this.authority = "";
    this.protocol = "";
    this.host = "";
    this.contentLength = null;
    this.expect = null;
    this.fields = [];
    this.names = 0;
    this.fault = null;
    this.#cookie = 0;
    this.#isPastPseudo = false;
  }

  begin(): void {
    this.method = "";
    this.path = "";
    this.scheme = "";
    this.authority = "";
    this.protocol = "";
    this.host = "";
    this.contentLength = null;
    this.expect = null;
    this.fields = ["host", ""];
    this.names = hostBit;
    this.fault = null;
    this.#cookie = 0;
    this.#isPastPseudo = false;
  }

  field(name: string, value: string, mark: number): void {
    if (isPseudo(mark)) this.#pseudo(value, mark);
    else {
      this.#isPastPseudo = true;
      if (mark === MALFORMED) this.fault = "a field is not allowed or holds what it must not";
      else if (mark === COOKIE) this.#addCookie(value);
      else if (mark === HOST) this.#setHost(value);
      else {
        this.fields.push(name, value);
        this.names |= bitOf(name);
        if (mark === CONTENT_LENGTH) this.#setLength(value);
        else if (mark === EXPECT) this.expect = value;
      }
    }
  }

  /** Checks the head as a whole, once all fields are here. */
  settle(): void {
    if (this.fault !== null) return;
    this.fault = this.method === "CONNECT" ? this.#connectFault() : this.#requestFault();
    if (this.fault !== null) return;
    if (this.authority === "") this.authority = this.host;
    // RFC 9113 §8.3.1: :authority wins, but must say the same; two that disagree are for two readers.
    else if (this.host !== "" && this.host !== this.authority) this.fault = ":authority and host disagree";
    if (this.authority === "") this.fault = "there is neither :authority nor host";
    this.fields[1] = this.authority;
  }

  #pseudo(value: string, mark: number): void {
    if (this.#isPastPseudo) this.fault = "a pseudo-header field follows a field";
    else if (mark === METHOD) this.method = this.#only(this.method, value);
    else if (mark === PATH) this.path = this.#only(this.path, value);
    else if (mark === SCHEME) this.scheme = this.#only(this.scheme, value);
    else if (mark === AUTHORITY) this.authority = this.#only(this.authority, value);
    else if (mark === PROTOCOL) this.protocol = this.#only(this.protocol, value);
  }

  #only(before: string, value: string): string {
    if (before !== "") this.fault = "a pseudo-header field stands twice";
    return value;
  }

  #requestFault(): string | null {
    const { path } = this;
    if (this.protocol !== "") return ":protocol is for CONNECT only";
    if (this.method === "" || this.scheme === "" || path === "") return "a pseudo-header field is missing";
    if (path.charCodeAt(0) === 0x2f || (path === "*" && this.method === "OPTIONS")) return null;
    return ":path is not a path";
  }

  /** RFC 9113 §8.5, and with a protocol RFC 8441 §4. */
  #connectFault(): string | null {
    if (this.authority === "") return "CONNECT without :authority";
    if (this.protocol !== "")
      return this.scheme === "" || !this.path.startsWith("/") ? "a pseudo-header field is missing" : null;
    return this.scheme !== "" || this.path !== "" ? "CONNECT with :scheme or :path" : null;
  }

  #setHost(value: string): void {
    if (this.host !== "" || !isHost(value)) this.fault = "the host field is not valid";
    this.host = value;
  }

  /** A cookie may come in crumbs, for the table's sake (§8.2.3). */
  #addCookie(value: string): void {
    if (this.#cookie === 0) {
      this.#cookie = this.fields.length + 1;
      this.fields.push("cookie", value);
      this.names |= bitOf("cookie");
    } else this.fields[this.#cookie] += `; ${value}`;
  }

  #setLength(value: string): void {
    const length = lengthOf(value);
    if (this.contentLength !== null || length < 0) this.fault = "content-length is not one number";
    this.contentLength = length;
  }
}

/** By its digits: `Number` takes several times as long. -1 for what is no length. */
function lengthOf(value: string): number {
  let length = 0;
  for (let index = 0; index < value.length; index += 1) {
    const digit = value.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    length = length * 10 + digit;
  }
  if (value === "") return -1;
  return value.length > MAX_LENGTH_DIGITS ? Number.POSITIVE_INFINITY : length;
}
