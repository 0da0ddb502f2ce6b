/** Fields of HTTP and of its connections that are the framework's alone. */
const owned = new Set(
  (
    "connection keep-alive proxy-connection te trailer transfer-encoding upgrade content-length content-type content-encoding content-range " +
    "content-security-policy date vary etag location allow accept-patch accept-post idempotency-replayed x-request-id x-content-type-options status"
  ).split(" "),
);

/** Those that an application states by other ways, and which. */
const otherWays: ReadonlyMap<string, string> = new Map([
  ["cache-control", "`cache` of the operation or resource"],
  ["expires", "`cache` of the operation or resource"],
  ["age", "`cache` of the operation or resource"],
  ["deprecation", "`deprecated` of the version"],
  ["sunset", "`sunset` of the version"],
  ["retry-after", "`retryAfter` of an error"],
  ["www-authenticate", "an error of the kind unauthenticated"],
]);

/** Beginnings of names that a protocol has for itself. */
const ownedBeginnings = ["access-control-", "connect-", "grpc-", "ratelimit", "trailer-"];

/**
 * Reads a field that a handler states of its answer; its name in lower case. Throws a TypeError for what cannot be a field on every protocol
 * (RFC 9110 §5, and gRPC's Custom-Metadata), and for what is not the application's to state.
 */
export function toResponseField(name: string, value: string): readonly [name: string, value: string] {
  const lower = String(name).toLowerCase();
  if (!/^[a-z][a-z0-9_.-]{0,99}$/.test(lower))
    throw refusal(lower, "is no name", "Write a letter, and then letters, digits, -, _ and . of ASCII");
  const otherWay = otherWays.get(lower);
  if (otherWay !== undefined) throw refusal(lower, "is the framework's", `Use ${otherWay}`);
  if (owned.has(lower) || ownedBeginnings.some((beginning) => lower.startsWith(beginning)))
    throw refusal(lower, "is the framework's", "Take a name of your own, such as x-total");
  if (lower.endsWith("-bin"))
    throw refusal(lower, "would be binary to gRPC", "Take a name that does not end in -bin");
  if (typeof value !== "string" || !/^(?:[!-~](?:[ -~]{0,8190}[!-~])?)?$/.test(value))
    throw refusal(
      lower,
      "has a value that cannot be sent",
      "State text of visible ASCII, with spaces only in between, of 8192 characters at most",
    );
  return [lower, value];
}

function refusal(name: string, rule: string, mend: string): TypeError {
  return new TypeError(`response.set: ${JSON.stringify(name)} ${rule}. ${mend}`);
}
