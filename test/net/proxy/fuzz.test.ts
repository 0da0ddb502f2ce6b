import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ApiError } from "../../../src/errors/api-error.ts";
import type { ProxyHeader } from "../../../src/net/proxy/header.ts";
import { readProxyHeader } from "../../../src/net/proxy/read-header.ts";
import { get, Peer } from "../peer.ts";
import { extension, local, raw2, ssl, v1, v2, v2WithSum } from "./headers.ts";
import { answerTo, serveProxied } from "./peer.ts";

const valid = [
  v1("203.0.113.7"),
  v1("2001:db8::7"),
  "PROXY UNKNOWN\r\n",
  v2("203.0.113.7", ssl(7)),
  v2WithSum("2001:db8::7", extension(0x02, "a.example") + ssl(1)),
  raw2(0x21, 0x31, "\0".repeat(216)),
  local,
];

/** A header with some bytes replaced, taken out or put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(...valid),
    fc.array(fc.tuple(fc.nat(300), fc.constantFrom(0, 1, 2), fc.nat(255)), { minLength: 1, maxLength: 4 }),
  )
  .map(([header, changes]) =>
    changes.reduce((text, [place, kind, byte]) => {
      const at = place % (text.length + 1);
      const put = kind === 1 ? "" : String.fromCharCode(byte);
      return text.slice(0, at) + put + text.slice(kind === 2 ? at : at + 1);
    }, header),
  );

/** Far longer than any header may be: whoever still waits would wait for ever. */
const tail = Buffer.alloc(4096, "x");

function read(bytes: Buffer): ProxyHeader | null | "refused" {
  try {
    return readProxyHeader(bytes);
  } catch (thrown) {
    assert.ok(thrown instanceof ApiError && thrown.code === "MALFORMED_REQUEST", String(thrown));
    return "refused";
  }
}

test("whatever comes is a header or is refused, and the same in whichever parts", () => {
  fc.assert(
    fc.property(fc.oneof(mutated, fc.string({ unit: "binary-ascii", maxLength: 200 })), (text) => {
      const bytes = Buffer.concat([Buffer.from(text, "latin1"), tail]);
      const whole = read(bytes);
      assert.notEqual(whole, null, "neither a header nor refused");
      for (let length = 1; length < Math.min(bytes.length, 400); length += 1) {
        const part = read(bytes.subarray(0, length));
        if (part !== null) {
          assert.deepEqual(part, whole);
          break;
        }
      }
      if (whole !== null && whole !== "refused") assert.ok(whole.length <= 16 + 2048);
    }),
    { numRuns: 1500 },
  );
});

test("every damaged bit of a header with a checksum is found out", () => {
  const header = Buffer.from(v2WithSum("203.0.113.7", ssl(1)), "latin1");
  for (let bit = 0; bit < header.length * 8; bit += 1) {
    const damaged = Buffer.from(header);
    damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const outcome = read(damaged);
    const isLocal = damaged[12] === 0x20;
    const isLonger = damaged.readUInt16BE(14) > header.readUInt16BE(14);
    // The bits of an unknown kind of address leave nothing to check.
    const isUnchecked = (damaged[13] ?? 0) >> 4 === 0 || ((damaged[13] ?? 0) & 0xf) === 0;
    // The type of the checksum itself is one of them, and makes it an extension that nobody knows.
    const isSum = bit >> 3 === header.length - 7;
    if (!isLocal && !isUnchecked && !isSum)
      assert.equal(outcome === null ? isLonger : outcome === "refused", true, `bit ${bit}`);
  }
});

test("mutations over sockets: each connection ends, and the server goes on", async (t) => {
  const { port, listener } = await serveProxied(t, {
    limits: { firstByteMs: 100, headerMs: 100, idleMs: 100 },
  });
  for (const batch of [1, 2, 3, 4])
    await Promise.all(
      fc.sample(mutated, { numRuns: 40, seed: batch }).map(async (header) => {
        const peer = new Peer(port).send(header + get());
        await peer.closes();
      }),
    );
  const last = new Peer(port).send(v1("203.0.113.7") + get("/", "Connection: close\r\n"));
  await last.closes();
  await last.until(() => listener.stats().connections === 0, "the end of all connections");
  assert.equal(await answerTo(port, v1("203.0.113.7")), "1.1 [203.0.113.7]:4711 cleartext");
});
