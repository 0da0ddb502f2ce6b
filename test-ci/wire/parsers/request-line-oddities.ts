import { aiming, type Change, hosting, type Oddity, refused, reread, same, taken } from "./oddity.ts";

function method(name: string): Change {
  return (draft) => ({ ...draft, method: name });
}

function version(text: string): Change {
  return (draft) => ({ ...draft, version: text });
}

function before(text: string): Change {
  return (draft) => ({ ...draft, before: text });
}

/** RFC 9112 §2.2 and §3. */
export const requestLineOddities: readonly Oddity[] = [
  ...same({
    "a method with a hyphen": method("M-SEARCH"),
    OPTIONS: method("OPTIONS"),
    "CONNECT to a path": method("CONNECT"),
    "a method with an @": method("G@T"),
    "a method with a NUL": method("G\0T"),
    "no method": method(""),
    "a tab after the method": method("GET\t/x"),
    "a tab before the version": version("\tHTTP/1.1"),
    "a space after the version": version("HTTP/1.1 "),
    "a word after the version": version("HTTP/1.1 x"),
    "no version": version(""),
    "HTTP/1.2": version("HTTP/1.2"),
    "HTTP/1.10": version("HTTP/1.10"),
    "HTTP/01.1": version("HTTP/01.1"),
    "HTTP/11": version("HTTP/11"),
    "HTTP/3.0": version("HTTP/3.0"),
    "http/1.1": version("http/1.1"),
    "HTTPS/1.1": version("HTTPS/1.1"),
    "a CR too many": version("HTTP/1.1\r"),
    "an empty line before": before("\r\n"),
    "three empty lines before": before("\r\n\r\n\r\n"),
    "a space before": before(" "),
    "a NUL before": before("\0"),
    "a byte order mark before": before("\xef\xbb\xbf"),
    "an empty query": aiming("/?"),
    "two question marks": aiming("/??a?b"),
    "a path of slashes": aiming("//x//"),
    "dot segments": aiming("/../a/./b/.."),
    "percent signs that encode nothing": aiming("/%zz%"),
    "an encoded NUL": aiming("/%00%0d%0a"),
    "quotes and brackets": aiming("/\"<>[]{}|\\^`'"),
    "a space in the target": aiming("/a b"),
    "a NUL in the target": aiming("/a\0b"),
    "a DEL in the target": aiming("/a\x7fb"),
    "a tab in the target": aiming("/a\tb"),
    "a CR in the target": aiming("/a\rb"),
    "an LF in the target": aiming("/a\nb"),
    "octets beyond ASCII in the target": aiming("/\xc3\xbc"),
    "no target": aiming(""),
    "a path without a slash": aiming("x"),
    "a query alone": aiming("?x"),
    "an authority": aiming("a:80"),
  }),
  ...taken("Any token is a method; which are served is for the application (RFC 9110 §9.1)", {
    "a method in lower case": method("get"),
    "a method that nobody knows": method("FOO"),
    "a method of odd characters": method("!#$%&'*+-.^_`|~0"),
  }),
  ...refused("The parts of the line stand one space apart; leniency here has been an attack (RFC 9112 §3)", {
    "two spaces before the target": aiming(" /x"),
    "two spaces before the version": version(" HTTP/1.1"),
  }),
  ...refused("Before a request line stand a few CRLF at most, and no other line ends (RFC 9112 §2.2)", {
    "an LF before": before("\n"),
    "a CR before": before("\r"),
    "an LF and a CR before": before("\n\r"),
    "five empty lines before": before("\r\n".repeat(5)),
  }),
  ...refused("Other versions have other rules (RFC 9110 §2.5)", {
    "HTTP/0.9": version("HTTP/0.9"),
    "HTTP/2.0": version("HTTP/2.0"),
  }),
  ...refused("A fragment is never sent (RFC 3986 §3.5)", {
    "a fragment": aiming("/a#b"),
    "a fragment after a query": aiming("/a?b#c"),
  }),
  ...refused("A target has one of four forms, of which a server has use for two (RFC 9112 §3.2)", {
    "an asterisk for another method than OPTIONS": aiming("*"),
    "another scheme": aiming("ftp://a/"),
    "an absolute target without a host": aiming("http:///x"),
    "an absolute target with user information (RFC 9110 §4.2.4)": aiming("http://u:p@a/x"),
  }),
  ...refused("An absolute target and Host are the same (RFC 9112 §3.2)", {
    "an absolute target of another host": (draft) => hosting("Host: b")(aiming("http://a/x")(draft)),
  }),
  ...refused("414 is for targets that are too long (RFC 9110 §15.5.15); Node counts them among the fields", {
    "a target of 9 KiB": aiming(`/${"x".repeat(9 * 1024)}`),
  }),
  ...reread(
    "The last hop takes an absolute target apart (RFC 9112 §3.2.2 and §3.2.4)",
    (theirs) => ({ ...theirs, target: originForm(theirs.method, theirs.target) }),
    {
      "an absolute target": (draft) => hosting("Host: a")(aiming("http://a/x?y")(draft)),
      "an absolute target in capitals": (draft) => hosting("Host: A")(aiming("HTTP://a/x")(draft)),
      "an absolute target without a path": (draft) => hosting("Host: a:1")(aiming("http://a:1")(draft)),
      "an absolute target with a query alone": (draft) => hosting("Host: a")(aiming("https://a?b")(draft)),
      "an absolute target for OPTIONS": (draft) =>
        hosting("Host: a")(method("OPTIONS")(aiming("http://a")(draft))),
    },
  ),
];

function originForm(method: string, target: string): string {
  if (!/^https?:/i.test(target)) return target;
  if (method === "OPTIONS" && /^https?:\/\/[^/?]*$/i.test(target)) return "*";
  const { pathname, search } = new URL(target);
  return pathname + search;
}
