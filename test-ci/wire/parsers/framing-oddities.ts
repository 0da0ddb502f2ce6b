import { last } from "./draft.ts";
import { type Change, chunked, framed, type Oddity, refused, reread, same, taken } from "./oddity.ts";

function length(value: string, content = "hello"): Change {
  return framed([`Content-Length:${value}`], content);
}

function coding(value: string): Change {
  return framed([`Transfer-Encoding:${value}`], "5\r\nhello\r\n0\r\n\r\n");
}

const chunks = "5\r\nhello\r\n0\r\n\r\n";

/** RFC 9112 §6 and §7. */
export const framingOddities: readonly Oddity[] = [
  ...same({
    "Content-Length: 0": length(" 0", ""),
    "Content-Length with a zero before": length(" 05"),
    "Content-Length with zeros before, as long as a number can be": length(" 0000000000000005"),
    "Content-Length with white space around": length(" \t5 \t"),
    "Content-Length with a sign": length(" +5"),
    "Content-Length below zero": length(" -5"),
    "Content-Length in hexadecimal": length(" 0x5"),
    "Content-Length with an exponent": length(" 5e0"),
    "Content-Length with a fraction": length(" 5.0"),
    "Content-Length as a list": length(" 5, 5"),
    "Content-Length of two words": length(" 5 5"),
    "Content-Length, empty": length(""),
    "Content-Length twice": framed(["Content-Length: 5", "Content-Length: 5"], "hello"),
    "Content-Length twice, differing": framed(["Content-Length: 5", "content-length: 0"], "hello"),
    "an empty line more than Content-Length says": length(" 3", "hel\r\n"),
    "less than Content-Length says, by a request": length(` ${5 + last.length}`),
    "Content-Length beyond 64 bits": length(" 18446744073709551621"),
    "chunked and Content-Length": framed(["Transfer-Encoding: chunked", "Content-Length: 5"], chunks),
    "Content-Length and chunked": framed(["Content-Length: 5", "Transfer-Encoding: chunked"], chunks),
    "Chunked, in capitals": coding(" CHUNKED"),
    "chunked with white space around": coding(" \tchunked "),
    "no space before chunked": coding("chunked"),
    "a vertical tab before chunked": coding(" \x0bchunked"),
    "chunked twice": coding(" chunked, chunked"),
    "chunked in two lines": framed(["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], chunks),
    "chunked, then gzip": coding(" chunked, gzip"),
    "chunked, then gzip, in two lines": framed(
      ["Transfer-Encoding: chunked", "Transfer-Encoding: gzip"],
      chunks,
    ),
    "gzip alone": coding(" gzip"),
    identity: coding(" identity"),
    "no coding": coding(""),
    xchunked: coding(" xchunked"),
    chunkedx: coding(" chunkedx"),
    "chunked in quotes": coding(' "chunked"'),
    "chunked with a parameter": coding(" chunked;q=1"),
    "a space before the colon": framed(["Transfer-Encoding : chunked"], chunks),
    "another name that is like it": framed(["Transfer_Encoding: chunked"], ""),
    "sizes in capitals and with zeros": chunked("000A\r\n0123456789\r\n00\r\n\r\n"),
    "chunks of one byte": chunked("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n"),
    "a chunk of line ends": chunked("4\r\n\r\n\r\n\r\n0\r\n\r\n"),
    "no chunk but the last": chunked("0\r\n\r\n"),
    extensions: chunked('5;a;b=c;d="e f"\r\nhello\r\n0;z\r\n\r\n'),
    "an extension of no name": chunked("5;\r\nhello\r\n0\r\n\r\n"),
    "an extension of brackets": chunked("5;[a]=(b)\r\nhello\r\n0\r\n\r\n"),
    "an extension with two values": chunked("5;a=b=c\r\nhello\r\n0\r\n\r\n"),
    "an extension with a space at its end": chunked("5;a \r\nhello\r\n0\r\n\r\n"),
    "a semicolon at the end of extensions": chunked("5;a;\r\nhello\r\n0\r\n\r\n"),
    "quotes without an end in an extension": chunked('5;a="b\r\nhello\r\n0\r\n\r\n'),
    "an escaped end of quotes in an extension": chunked('5;a="b\\"\r\nhello\r\n0\r\n\r\n'),
    "escaped quotes in an extension": chunked('5;a="b\\"c"\r\nhello\r\n0\r\n\r\n'),
    "letters after the quotes of an extension": chunked('5;a="b"c\r\nhello\r\n0\r\n\r\n'),
    "a NUL in an extension": chunked("5;a\0\r\nhello\r\n0\r\n\r\n"),
    "an LF in an extension": chunked("5;a\nhello\r\n0\r\n\r\n"),
    "a size of no digits": chunked("\r\nhello\r\n0\r\n\r\n"),
    "a size with 0x": chunked("0x5\r\nhello\r\n0\r\n\r\n"),
    "a size with a sign": chunked("+5\r\nhello\r\n0\r\n\r\n"),
    "a size below zero": chunked("-5\r\nhello\r\n0\r\n\r\n"),
    "a space before a size": chunked(" 5\r\nhello\r\n0\r\n\r\n"),
    "a space after a size": chunked("5 \r\nhello\r\n0\r\n\r\n"),
    "a tab after a size": chunked("5\t\r\nhello\r\n0\r\n\r\n"),
    "a space before an extension": chunked("5 ;a\r\nhello\r\n0\r\n\r\n"),
    "a size beyond 64 bits": chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"),
    "an LF after a size": chunked("5\nhello\r\n0\r\n\r\n"),
    "a CR after a size": chunked("5\rhello\r\n0\r\n\r\n"),
    "an LF after a chunk": chunked("5\r\nhello\n0\r\n\r\n"),
    "nothing after a chunk": chunked("5\r\nhello0\r\n\r\n"),
    "a chunk longer than its size": chunked("5\r\nhello!\r\n0\r\n\r\n"),
    "a chunk shorter than its size": chunked("5\r\nhell\r\n0\r\n\r\n"),
    "no last chunk": chunked("5\r\nhello\r\n"),
    "an LF after the last chunk": chunked("5\r\nhello\r\n0\n\r\n"),
    "an LF at the end": chunked("5\r\nhello\r\n0\r\n\n"),
    trailers: chunked("5\r\nhello\r\n0\r\nX-A: 1\r\nx-b:  2 \r\nX-A:\r\n\r\n"),
    "octets beyond ASCII in a trailer": chunked("0\r\nX: \xff\r\n\r\n"),
    "a trailer without a colon": chunked("0\r\nX\r\n\r\n"),
    "a trailer with a space in its name": chunked("0\r\nX : y\r\n\r\n"),
    "a trailer with a NUL": chunked("0\r\nX: \0\r\n\r\n"),
    "a trailer that is folded": chunked("0\r\nX: y\r\n z\r\n\r\n"),
    "an LF after a trailer": chunked("0\r\nX: y\n\r\n"),
  }),
  ...taken("Any token is a method (RFC 9110 §9.1), and so is what another length cuts off", {
    "less than Content-Length says, by a letter": length(" 6"),
  }),
  ...taken("White space around a value is spaces and tabs (RFC 9112 §5)", {
    "chunked and a tab": coding(" chunked\t"),
  }),
  ...taken("White space around a semicolon is to be borne with (RFC 9112 §7.1.1)", {
    "a space before the name of an extension": chunked("5; a\r\nhello\r\n0\r\n\r\n"),
  }),
  ...taken("Fields that would say how a message is read are left out of its trailer (RFC 9110 §6.5.1)", {
    "a trailer of Content-Length": chunked("0\r\nContent-Length: 5\r\n\r\n"),
    "a trailer of Transfer-Encoding": chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n"),
  }),
  ...refused("An extension has a name, and a value after its equals sign (RFC 9112 §7.1.1)", {
    "an extension of no name, but a value": chunked("5;=b\r\nhello\r\n0\r\n\r\n"),
    "an extension of an empty value": chunked("5;a=\r\nhello\r\n0\r\n\r\n"),
  }),
  ...refused("A coding that is not known is 501; Node leaves it to the application (RFC 9112 §6.1)", {
    "gzip, then chunked": coding(" gzip, chunked"),
  }),
  ...refused("Transfer-Encoding in HTTP/1.0 is faulty framing (RFC 9112 §6.1)", {
    "chunked in HTTP/1.0": (draft) => ({ ...coding(" chunked")(draft), version: "HTTP/1.0" }),
  }),
  ...refused("413 is for content that is too large (RFC 9110 §15.5.14); Node leaves it to the application", {
    "a Content-Length over the limit": length(" 1048577", "x".repeat(1048577)),
    "a chunk over the limit": chunked(`100001\r\n${"x".repeat(0x100001)}\r\n0\r\n\r\n`),
  }),
  ...reread(
    "Fields that say how a message is read come too late in its trailer (RFC 9110 §6.5.1)",
    (theirs) => ({ ...theirs, trailers: withoutEarlyFields(theirs.trailers) }),
    {
      "a trailer of Host": chunked("0\r\nHost: b\r\nX: 1\r\n\r\n"),
      "a trailer of Authorization": chunked("0\r\nX: 1\r\nAuthorization: Basic eA==\r\n\r\n"),
    },
  ),
];

function withoutEarlyFields(trailers: readonly string[]): string[] {
  return trailers.filter((_, index) => !/^(?:host|authorization)$/.test(trailers[index - (index % 2)] ?? ""));
}
