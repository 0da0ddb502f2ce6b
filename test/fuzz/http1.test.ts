import assert from "node:assert/strict";
import { METHODS } from "node:http";
import { after, test } from "node:test";
import fc from "fast-check";
import { borders, corpus, mutated, split } from "./http1-inputs.ts";
import { NodeServer, OurServer, type Outcome } from "./http1-rig.ts";

// A failure prints its seed; FUZZ_SEED repeats it, FUZZ_RUNS digs deeper.
const seed = Number(process.env["FUZZ_SEED"] ?? 20_260_101);
const numRuns = Number(process.env["FUZZ_RUNS"] ?? 6000);

const ours = new OurServer();
const nodes = new NodeServer();
after(async () => {
  nodes.close();
  await ours.close();
});

/** Why this parser refuses what Node's takes. Each must hold for the text from the request that we refused. */
const stricter: readonly { readonly why: string; readonly holds: (text: string) => boolean }[] = [
  {
    // llhttp skips any run of CR and LF before a request line. RFC 9112 §2.2 asks for tolerance of an empty line, which is
    // CRLF; a bare CR or LF there is what an attacker uses to make two parsers disagree on where a request begins.
    why: "line ends before a request line other than a few CRLF",
    holds: (text) => /^(?:\r\n)*(?:\n|\r(?!\n))|^(?:\r\n){5}/.test(text),
  },
  {
    // llhttp skips further spaces; RFC 9112 §3 has exactly one, and says that leniency here has security consequences.
    why: "more than one space before the target",
    holds: (text) => /^(?:\r\n)*\S+ {2}/.test(text),
  },
  {
    // Node hands any target on. Only the four forms of RFC 9112 §3.2 mean something; we refuse user information, other schemes,
    // `*` for anything but OPTIONS, and an absolute target whose host is not that of Host.
    why: "a target that is no path",
    holds: (text) => /^(?:\r\n)*\S+ [^/]/.test(text),
  },
  {
    // Node does not look at what Host says, nor how often it says it (RFC 9112 §3.2: both are 400).
    why: "a Host field that is repeated or not valid",
    holds: (text) => {
      const hosts = [...head(text).matchAll(/^host:[ \t]*(.*?)[ \t]*$/gim)].map((match) => match[1] ?? "");
      return (
        hosts.length > 1 ||
        hosts.some((host) => !/^[\w.~!$&'()*+,;=%-]+(?::\d*)?$/.test(host) || /%(?![\da-f]{2})/i.test(host))
      );
    },
  },
  {
    // llhttp takes HTTP/0.9 and 2.0 as well, but this is a parser of HTTP/1.1 and 1.0.
    why: "another version",
    holds: (text) => /^(?:\r\n)*\S+ \S+ HTTP\/(?:0\.9|2\.0)/.test(text),
  },
  {
    // llhttp takes `gzip, chunked` and leaves gzip to the application, which does not know of it: 501 (RFC 9112 §6.1).
    why: "a transfer coding beside chunked",
    holds: (text) => /^transfer-encoding:.*,/im.test(head(text)),
  },
  {
    // RFC 9112 §6.1: Transfer-Encoding in HTTP/1.0 is to be treated as faulty framing.
    why: "Transfer-Encoding in HTTP/1.0",
    holds: (text) => /HTTP\/1\.0\r\n/.test(head(text)) && /^transfer-encoding:/im.test(head(text)),
  },
  {
    // RFC 3986 §3.5: a fragment is never sent.
    why: "a fragment in the target",
    holds: (text) => /^(?:\r\n)*\S+ \S*#/.test(text),
  },
  {
    // Node leaves the size of content to the application.
    why: "content over the limit",
    holds: (text) => /^content-length:[ \t]*\d{7,}/im.test(head(text)) || /\r\n[\da-f]{6,}[;\r]/i.test(text),
  },
];

/** Everything up to the empty line. */
function head(text: string): string {
  const begin = text.search(/[^\r\n]/);
  const end = text.indexOf("\r\n\r\n", Math.max(begin, 0));
  return text.slice(0, end < 0 ? text.length : end);
}

/**
 * What Node refuses and we take, and why that is right.
 * llhttp knows a fixed list of methods. RFC 9110 §9.1 lets any token be one; which are served is for the application to say (405, 501).
 */
function isLaxRightly(request: string): boolean {
  return !METHODS.includes(request.slice(0, request.indexOf(" ")));
}

function isRefusal({ statuses }: Outcome): boolean {
  return (statuses.at(-1) ?? 0) >= 400;
}

/** Asks both; throws when they differ in a way that is not argued above. */
async function compare(text: string): Promise<void> {
  const mine = await ours.outcomeOf(text);
  let theirs = await nodes.outcomeOf(text);
  // Node drops a good request if a bad one comes in the same read. Byte by byte it answers both.
  if (mine.requests.length > theirs.requests.length) theirs = await nodes.outcomeOf(...text);
  const common = Math.min(mine.requests.length, theirs.requests.length);
  // What both understood they understood alike. There is no exception to this one: it would be request smuggling.
  assert.deepEqual(mine.requests.slice(0, common), theirs.requests.slice(0, common));
  const [extra] = mine.requests.slice(common);
  if (extra !== undefined) assert.ok(isLaxRightly(extra), `only we took ${extra}`);
  else if (mine.requests.length < theirs.requests.length) explain(text, mine, theirs);
  else if (isRefusal(theirs) && !mine.closed) await explainWaiting(text, mine);
}

/** What may follow a request that breaks off, wherever it does. */
const completions = ["\n", "\r\n\r\n", "\r\nHost: a\r\n\r\n", " / HTTP/1.1\r\nHost: a\r\n\r\n"];

/** Node refuses the beginning of a method that it does not know, where we wait for the rest: it must come to that in the end. */
async function explainWaiting(text: string, mine: Outcome): Promise<void> {
  for (const completion of completions) {
    const completed = await ours.outcomeOf(text + completion);
    const extra = completed.requests[mine.requests.length];
    if (extra === undefined ? isRefusal(completed) : isLaxRightly(extra)) return;
  }
  assert.fail("only Node refused");
}

function explain(text: string, mine: Outcome, theirs: Outcome): void {
  assert.ok(isRefusal(mine), `we wait for more, where Node took ${theirs.requests[mine.requests.length]}`);
  const reasons = restsOf(text).some((rest) => stricter.some((reason) => reason.holds(rest)));
  assert.ok(reasons, `only Node took ${theirs.requests[mine.requests.length]}`);
}

/** Every place at which a request could begin. */
function restsOf(text: string): string[] {
  return [...text.matchAll(/(?:^|\n|[^\r\n])(?=[\r\n]*\S+ +\S)/g)].map((match) =>
    text.slice(match.index === 0 ? 0 : match.index + 1),
  );
}

test("the corpus means the same to Node's parser, or is argued", async () => {
  for (const text of corpus) await compare(text);
});

test("mutated requests mean the same to Node's parser, or are argued", async () => {
  await fc.assert(fc.asyncProperty(mutated, compare), { seed, numRuns });
});

test("how the bytes are split does not matter", async () => {
  const property = fc.asyncProperty(mutated, borders, async (text, at) => {
    const whole = await ours.outcomeOf(text);
    assert.deepEqual(await ours.outcomeOf(...split(text, at)), whole);
  });
  await fc.assert(property, { seed, numRuns });
});

test("byte by byte is as good as whole", async () => {
  const property = fc.asyncProperty(mutated, async (text) => {
    assert.deepEqual(await ours.outcomeOf(...text), await ours.outcomeOf(text));
  });
  await fc.assert(property, { seed, numRuns: numRuns / 10 });
});

test("any bytes at all are answered, refused or waited for, and leave nothing open", async () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString("latin1"));
  const property = fc.asyncProperty(
    fc.oneof(
      bytes,
      fc.tuple(mutated, bytes).map((parts) => parts.join("")),
    ),
    async (text) => {
      const { statuses } = await ours.outcomeOf(text);
      assert.ok(
        statuses.every((status) => [200, 400, 413, 414, 417, 431, 501, 505].includes(status)),
        `${statuses}`,
      );
    },
  );
  await fc.assert(property, { seed, numRuns: numRuns / 4 });
  assert.equal(ours.openConnections, 0);
});
