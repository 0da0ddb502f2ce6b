import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Random } from "../../test/fuzz/random.ts";
import { ask } from "./parsers/ask.ts";
import { Comparison } from "./parsers/compare.ts";
import { drafts } from "./parsers/draft.ts";
import { fieldOddities } from "./parsers/field-oddities.ts";
import { framingOddities } from "./parsers/framing-oddities.ts";
import { requestLineOddities } from "./parsers/request-line-oddities.ts";
import { type ParsingServer, startNodes, startOurs } from "./parsers/servers.ts";
import { soundRequest } from "./parsers/sound-requests.ts";

// What this server and node:http make of the same bytes: method, target, version, fields, content and trailers as each tells
// them to its handler. Where they differ on purpose, the oddity says so, with the reason. Each request is followed by a
// second one, which is understood only by who has found the end of the first.

const oddities = [...requestLineOddities, ...fieldOddities, ...framingOddities];
const seed = Number(process.env["FUZZ_SEED"] ?? 20_260_101);
const patience = { partMs: 1000, endMs: 2000 };

describe("HTTP/1.1 compared with Node's parser", () => {
  let ours: ParsingServer;
  let nodes: ParsingServer;
  let comparison: Comparison;

  before(async () => {
    ours = await startOurs();
    nodes = await startNodes();
    comparison = new Comparison(ours, nodes);
  });
  after(() => Promise.all([ours.close(), nodes.close()]));

  test("sound requests of every sort, several to a connection, mean what they are meant to mean", async () => {
    const random = new Random(seed);
    for (let round = 0; round < 300; round += 1) {
      const count = 1 + random.below(5);
      const requests = Array.from({ length: count }, (_, index) => soundRequest(random, index === count - 1));
      const text = requests.map((request) => request.text).join("");
      const meanings = requests.map((request) => request.meaning);
      for (const { port } of [ours, nodes])
        assert.deepEqual((await ask(port, [text], patience)).understood, meanings, `seed ${seed}: ${text}`);
    }
  });

  for (const oddity of oddities) {
    const { name, difference } = oddity;
    const argued = difference === null ? "" : ` (it ${difference.how}: ${difference.why})`;
    test(`${name}${argued}`, async () => {
      for (const draft of drafts) await comparison.compare(draft, [oddity]);
    });
  }

  test("two or three oddities at once", async () => {
    const random = new Random(seed);
    for (let round = 0; round < 1500; round += 1) {
      const chosen = Array.from({ length: 2 + random.below(2) }, () => random.pick(oddities));
      await comparison.compare(random.pick(drafts), chosen);
    }
  });
});
