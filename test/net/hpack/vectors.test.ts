import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { decoded, decoder } from "./decoded.ts";

// See vectors/README.md.

interface Case {
  readonly block: string;
  readonly tableBytes?: number;
}

const expected: Record<string, string[][]> = read("fields");

for (const encoder of ["nghttp2", "nghttp2-change-table-size", "go-hpack", "haskell-http2-linear-huffman"])
  test(`decodes the stories that ${encoder} encoded`, () => {
    const stories: Record<string, Case[]> = read(encoder);
    assert.ok(Object.keys(stories).length >= 31);
    for (const [story, cases] of Object.entries(stories)) {
      const state = decoder();
      cases.forEach(({ block, tableBytes }, index) => {
        if (tableBytes !== undefined) state.allowTable(tableBytes);
        const fields = decoded(state, Buffer.from(block, "base64"));
        assert.deepEqual(fields, expected[story]?.[index], `${story}, block ${index}`);
      });
    }
  });

function read<T>(name: string): T {
  const path = join(import.meta.dirname, "vectors", `${name}.json.br`);
  return JSON.parse(brotliDecompressSync(readFileSync(path)).toString());
}
