import assert from "node:assert/strict";
import { ask, type Outcome } from "./ask.ts";
import { type Draft, last, toText } from "./draft.ts";
import type { Difference, Oddity } from "./oddity.ts";
import type { ParsingServer } from "./servers.ts";
import type { Understood } from "./understanding.ts";

/** Both sides' view of the same bytes. */
interface Views {
  readonly ours: Outcome;
  readonly theirs: Outcome;
}

const quick = { partMs: 50, endMs: 100 };
/** For when the views differ and one may only have been slow. */
const patient = { partMs: 1000, endMs: 2000 };

/** Asks both servers the same, and compares what they understood. */
export class Comparison {
  readonly #ours: ParsingServer;
  readonly #nodes: ParsingServer;

  constructor(ours: ParsingServer, nodes: ParsingServer) {
    this.#ours = ours;
    this.#nodes = nodes;
  }

  /** The draft with these oddities: the views are the same where none of the oddities is one that we differ on. */
  async compare(draft: Draft, oddities: readonly Oddity[]): Promise<void> {
    const text = toText(oddities.reduce((odd, { apply }) => apply(odd), draft));
    const about = `${oddities.map(({ name }) => name).join(" + ")}: ${JSON.stringify(text.slice(0, 400))}`;
    const differences = oddities.flatMap(({ difference }) => difference ?? []);
    const [only] = differences;
    const isAlone = oddities.length === 1;
    const agree = (views: Views): void => {
      if (only === undefined) assertSame(views, about);
      else if (isAlone) assertDifferent(views, only, about);
      else assertNoOtherReading(views, differences, about);
      if (!notHttp.test(text)) assertAnswered(views.ours, about);
    };
    try {
      agree(await this.#views([text, last], quick));
    } catch {
      agree(await this.#views([text, last], patient));
    }
  }

  async #views(parts: readonly string[], patience: typeof quick): Promise<Views> {
    const [ours, theirs] = await Promise.all(
      [this.#ours, this.#nodes].map(({ port }) => ask(port, parts, patience)),
    );
    assert.ok(ours !== undefined && theirs !== undefined);
    return { ours, theirs };
  }
}

function assertSame({ ours, theirs }: Views, about: string): void {
  assert.deepEqual(ours.understood, theirs.understood, about);
  assert.equal(ours.end, theirs.end, about);
}

/** The difference is there, and is no other than the one that is argued. */
function assertDifferent({ ours, theirs }: Views, { how, read }: Difference, about: string): void {
  if (how === "refuses") {
    assert.equal(ours.understood.length, 0, about);
    assert.notEqual(theirs.understood.length, 0, about);
  } else if (how === "takes") {
    assert.notEqual(ours.understood.length, 0, about);
    assert.equal(theirs.understood.length, 0, about);
  } else if (how === "agrees") {
    assertSame({ ours, theirs }, about);
  } else {
    assert.notDeepEqual(ours.understood, theirs.understood, about);
    assertSame({ ours, theirs: { ...theirs, understood: theirs.understood.map(read) } }, about);
  }
}

/** Among several oddities one side may stop earlier, for a reason; what both understood they understood alike. */
function assertNoOtherReading(
  { ours, theirs }: Views,
  differences: readonly Difference[],
  about: string,
): void {
  const read = (understood: Understood): Understood =>
    differences.reduce((text, difference) => difference.read(text), understood);
  const excess = ours.understood.length - theirs.understood.length;
  const both = Math.min(ours.understood.length, theirs.understood.length);
  const translated = theirs.understood.slice(0, both).map(read);
  const reasons = differences.map(({ how }) => how);
  // Where Node looks away, it may not see content whose framing is odd as well.
  const seen = reasons.includes("agrees") ? withoutContent : (all: readonly Understood[]) => all;
  assert.deepEqual(seen(ours.understood.slice(0, both)), seen(translated), about);
  if (excess > 0) assert.ok(reasons.includes("takes"), `only we took it: ${about}`);
  // A target that is taken apart is also refused, where the Host of another oddity is not its own.
  if (excess < 0)
    assert.ok(
      reasons.some((how) => how !== "takes"),
      `only Node took it: ${about}`,
    );
}

function withoutContent(all: readonly Understood[]): readonly Understood[] {
  return all.map((understood) => ({ ...understood, body: "", trailers: [] }));
}

/** Neither the target nor the version could be HTTP's: then the connection is closed without a word. */
const notHttp = /^(?:\r\n)*\S+ [^/*hH]\S* (?!HTTP\/\d\.\d)/;

/** Whoever is refused is told so. */
function assertAnswered({ understood, statuses, end }: Outcome, about: string): void {
  const isRefused = end === "closed" && understood.length === 0;
  if (isRefused) assert.ok((statuses.at(-1) ?? 0) >= 400, `refused without an answer: ${about}`);
  assert.ok(!statuses.includes(500), about);
}
