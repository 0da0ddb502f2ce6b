import { adding, agreed, type Change, hosting, type Oddity, refused, same } from "./oddity.ts";

/** RFC 9112 §3.2 and §5, RFC 9110 §5, §7 and §10.1.1. */
export const fieldOddities: readonly Oddity[] = [
  ...same({
    "no Host": hosting(),
    "Host in capitals, without a space": hosting("HOST:a"),
    "Host with a port": hosting("Host: a.example:8080"),
    "Host as an address": hosting("Host: [::1]:80"),
    "no space after the colon": adding("X:y"),
    "much white space around a value": adding("X: \t  y z \t "),
    "white space alone as a value": adding("X:  \t "),
    "an empty value": adding("X:"),
    "a field twice": adding("X: 1", "x: 2", "X: 1"),
    "Cookie twice": adding("Cookie: a=1", "Cookie: b=2"),
    "all that a name can be of": adding("!#$%&'*+-.^_`|~0aZ: y"),
    "a tab within a value": adding("X: a\tb"),
    "octets beyond ASCII in a value": adding("X: \x80\xa0\xff"),
    "a value of colons": adding("X: :a:"),
    "a space before the colon": adding("X : y"),
    "a tab before the colon": adding("X\t: y"),
    "a folded line": adding("X: y", " folded"),
    "a line folded by a tab": adding("X: y", "\tfolded"),
    "a first line that is folded": hosting(" X: y", "Host: a"),
    "no name": adding(": y"),
    "no colon": adding("X"),
    "a parenthesis in a name": adding("X(: y"),
    "an octet beyond ASCII in a name": adding("X\xfc: y"),
    "a NUL in a name": adding("X\0: y"),
    "a space in a name": adding("X Y: z"),
    "a NUL in a value": adding("X: a\0b"),
    "a control character in a value": adding("X: a\x01b"),
    "a DEL in a value": adding("X: a\x7fb"),
    "a CR in a value": adding("X: a\rb"),
    "a CR at the end of a value": adding("X: a\r"),
    "an LF in a value": adding("X: a\nY: b"),
    "an LF as a line": adding("X: a\n"),
    "20 KiB of fields": adding(`X: ${"y".repeat(20 * 1024)}`),
    "Connection: close": connecting("close"),
    "Connection: CLOSE": connecting("CLOSE"),
    "Connection: keep-alive": connecting("keep-alive"),
    "no Connection": connecting(),
    "Connection: close among others": connecting("x, ,close , y"),
    "Connection with other options": adding("Connection: x, y", "Keep-Alive: timeout=5"),
    "Connection that names fields of ours": adding("Connection: host, content-length"),
    "Upgrade without Connection": adding("Upgrade: websocket"),
    "Expect: 100-continue": adding("Expect: 100-continue"),
    "Expect: 100-Continue": adding("Expect: 100-Continue"),
    "TE and Trailer": adding("TE: trailers", "Trailer: X-Trailer"),
    "90 fields": (draft) => adding(...numbered(90 - draft.lines.length))(draft),
  }),
  ...agreed("Framing holds whether or not there is an Upgrade (RFC 9112 §6.3); Node looks away", {
    "Upgrade to a protocol that is not there": adding("Connection: upgrade", "Upgrade: h2c"),
  }),
  ...refused("An http URI without a host is not valid (RFC 9110 §4.2.1)", {
    "a Host of nothing": hosting("Host:"),
  }),
  ...refused(
    "Whether content follows what is answered 417 is open, so the connection ends (RFC 9110 §10.1.1)",
    {
      "another Expect": adding("Expect: 200-ok"),
      "two of Expect": adding("Expect: 100-continue, x"),
    },
  ),
  ...refused("Host comes once, and is a host and a port (RFC 9112 §3.2)", {
    "Host twice": adding("Host: a"),
    "Host twice, differing": adding("host: b"),
    "Host with a path": hosting("Host: a/b"),
    "Host with a space": hosting("Host: a b"),
    "Host with user information": hosting("Host: u@a"),
    "Host as a list": hosting("Host: a, b"),
    "Host with a percent sign that encodes nothing": hosting("Host: %zz"),
    "Host with a port that is none": hosting("Host: a:b"),
    "Host with octets beyond ASCII": hosting("Host: \xfc"),
  }),
  ...refused(
    "431 is also for too many fields (RFC 6585 §5); Node counts bytes only, and drops those beyond 2000",
    {
      "101 fields": (draft) => adding(...numbered(101 - draft.lines.length))(draft),
    },
  ),
];

/** Replaces what is said of the connection. */
function connecting(...values: readonly string[]): Change {
  const lines = values.map((value) => `Connection: ${value}`);
  return (draft) => ({
    ...draft,
    lines: [...draft.lines.filter((line) => !/^connection:/i.test(line)), ...lines],
  });
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `X-${number}: ${number}`);
}
