import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { json } from "node:stream/consumers";
import { test } from "node:test";
import fc from "fast-check";
import { api, resource, t } from "fourfold";
import { startTest } from "fourfold/testing";
import { isLong, jsonPieces } from "../../../../src/protocols/graphql/execute/json-pieces.ts";

test("the pieces of a value are its JSON", () => {
  const item = fc.oneof(fc.jsonValue(), fc.string({ unit: "binary", maxLength: 3000 }));
  const list = fc.array(item, { minLength: 129, maxLength: 400, size: "max" });
  const value = fc.oneof(
    list,
    fc.record({ data: fc.record({ users: list, '\u{1f600}"': fc.jsonValue() }) }),
    fc.record({
      data: fc.record({ connection: fc.record({ nodes: list, edges: list }), none: fc.constant(null) }),
    }),
  );
  fc.assert(
    fc.property(value, (each) => {
      assert.ok(isLong(each));
      assert.equal(Buffer.concat(jsonPieces(each)).toString(), JSON.stringify(each));
    }),
    { numRuns: 40 },
  );
  assert.deepEqual(jsonPieces({ data: { a: [1, 2] } }), [Buffer.from('{"data":{"a":[1,2]}}')]);
  assert.ok(!isLong({ data: { a: Array(128).fill(1) } }));
});

const count = 3000;
const note = (index: number): string => `${index}: "\\ \u{1f600} \ud800 ${"x".repeat(index % 300)}`;

const Note = resource("Note", {
  fields: { id: t.id(), text: t.text() },
  pageSize: { default: count, max: count },
  handlers: {
    get: () => null,
    list: () => ({
      items: Array.from({ length: count }, (_, index) => ({ id: String(index), text: note(index) })),
      nextPageToken: "",
    }),
  },
});

const content = JSON.stringify({ query: "{ notes { id text } }" });

test("a long answer leaves in pieces and comes whole, and who leaves in its middle troubles nobody", async () => {
  await using server = await startTest(api("long", { resources: [Note] }), {
    graphql: { limits: { cost: count } },
  });
  const leaver = connect(server.port, "127.0.0.1");
  leaver.write(
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${content.length}\r\n\r\n${content}`,
  );
  await once(leaver, "data");
  leaver.destroy();
  const ask = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${server.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: content,
    });
  const notes = Array.from({ length: count }, (_, index) => ({ id: String(index), text: note(index) }));
  // The first one of a document is completed with care, and the third one is compared with the second.
  for (const coding of ["identity", "identity", "identity", "gzip"]) {
    const answer = await ask({ "accept-encoding": coding });
    assert.equal(answer.headers.get("content-encoding"), coding === "identity" ? null : coding);
    assert.deepEqual(await answer.json(), { data: { notes } });
  }
  const session = connectHttp2(server.origin);
  const stream = session.request({
    ":method": "POST",
    ":path": "/graphql",
    "content-type": "application/json",
  });
  stream.end(content);
  assert.deepEqual(await json(stream), { data: { notes } });
  session.close();
});
