import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockReader } from "../../../src/net/hpack/block-reader.ts";
import { decoded, decoder } from "./decoded.ts";

// RFC 7541 Appendix C.

const get = [":method", "GET", ":scheme", "http", ":path", "/", ":authority", "www.example.com"];
const requests = [
  { fields: get, tableSize: 57 },
  { fields: [...get, "cache-control", "no-cache"], tableSize: 110 },
  {
    fields: [
      ":method",
      "GET",
      ":scheme",
      "https",
      ":path",
      "/index.html",
      ":authority",
      "www.example.com",
      "custom-key",
      "custom-value",
    ],
    tableSize: 164,
  },
];

const after = (status: string, second: string): string[] => [
  ":status",
  status,
  "cache-control",
  "private",
  "date",
  `Mon, 21 Oct 2013 20:13:${second} GMT`,
  "location",
  "https://www.example.com",
];
const cookie = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
// With a table of 256 bytes, so that entries are evicted.
const responses = [
  { fields: after("302", "21"), tableSize: 222 },
  { fields: after("307", "21"), tableSize: 222 },
  { fields: [...after("200", "22"), "content-encoding", "gzip", "set-cookie", cookie], tableSize: 215 },
];

const examples = [
  {
    name: "C.3 requests without Huffman's code",
    tableBytes: 4096,
    expected: requests,
    blocks: [
      "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
      "8286 84be 5808 6e6f 2d63 6163 6865",
      "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
    ],
  },
  {
    name: "C.4 requests with Huffman's code",
    tableBytes: 4096,
    expected: requests,
    blocks: [
      "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
      "8286 84be 5886 a8eb 1064 9cbf",
      "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
    ],
  },
  {
    name: "C.5 answers without Huffman's code",
    tableBytes: 256,
    expected: responses,
    blocks: [
      `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32
       3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
      "4803 3330 37c1 c0bf",
      `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970
       7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61
       6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31`,
    ],
  },
  {
    name: "C.6 answers with Huffman's code",
    tableBytes: 256,
    expected: responses,
    blocks: [
      `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad
       1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
      "4883 640e ffc1 c0bf",
      `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2
       e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
    ],
  },
];

for (const { name, tableBytes, expected, blocks } of examples)
  test(name, () => {
    const state = decoder({ tableBytes });
    blocks.forEach((block, index) => {
      assert.deepEqual(decoded(state, block.replaceAll(/\s/g, "")), expected[index]?.fields);
      assert.equal(state.tableSize, expected[index]?.tableSize);
    });
  });

test("C.1 integers", () => {
  const reader = new BlockReader();
  for (const { bytes, mask, value } of [
    { bytes: [0x0a], mask: 0x1f, value: 10 },
    { bytes: [0x1f, 0x9a, 0x0a], mask: 0x1f, value: 1337 },
    { bytes: [0x2a], mask: 0xff, value: 42 },
  ]) {
    reader.begin(Uint8Array.from(bytes), 0, bytes.length);
    assert.equal(reader.integer(mask), value);
    assert.equal(reader.at, bytes.length);
  }
});

test("C.2 the four forms of a field", () => {
  const forms = [
    ["400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572", "custom-key", "custom-header", 55],
    ["040c 2f73 616d 706c 652f 7061 7468", ":path", "/sample/path", 0],
    ["1008 7061 7373 776f 7264 0673 6563 7265 74", "password", "secret", 0],
    ["82", ":method", "GET", 0],
  ] as const;
  for (const [block, name, value, tableSize] of forms) {
    const state = decoder();
    assert.deepEqual(decoded(state, block), [name, value]);
    assert.equal(state.tableSize, tableSize);
  }
});
