import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:http2";
import { test } from "node:test";
import { END_STREAM } from "../../../net/attacks/frames.ts";
import { data, Http2Peer, head, reset } from "../../../net/http2/peer.ts";
import { startRig } from "./rig.ts";

const message = Buffer.of(0, 0, 0, 0, 3, 0x0a, 1, 0x61);

test("the head of a stream comes before its first answer: a client may wait for it before it sends", async () => {
  await using all = await startRig();
  const session = connect(all.server.origin);
  for (const contentType of ["application/grpc", "application/grpc-web", "application/connect+proto"]) {
    const fields = { "content-type": contentType, te: "trailers" };
    const stream = session.request({
      ":method": "POST",
      ":path": "/echoes.v2.EchoesService/Echo",
      ...fields,
    });
    const [found] = await once(stream, "response");
    assert.deepEqual([found[":status"], found["content-type"]], [200, contentType]);
    stream.write(message);
    const [answer] = await once(stream, "data");
    assert.equal(answer.subarray(5, 8).toString("latin1"), "\n\x01a");
    stream.close();
  }
  session.destroy();
});

test("a stream that fails at once has one head, with its status", async () => {
  await using all = await startRig();
  const session = connect(all.server.origin);
  const fields = { "content-type": "application/grpc", te: "trailers" };
  const stream = session.request({
    ":method": "POST",
    ":path": "/echoes.v2.EchoesService/Secured",
    ...fields,
  });
  const [found] = await once(stream, "response");
  assert.equal(found["grpc-status"], "16");
  session.destroy();
});

test("messages that end and are reset in one go are not whole", async () => {
  await using all = await startRig();
  // The first call waits until the protocol is loaded, and would be gone by then.
  await all.second.unary("EchoesService/Say", { text: "a" });
  const peer = new Http2Peer(all.server.port);
  const path = "/echoes.v2.EchoesService/Forgiving";
  const request = [":method", "POST", ":scheme", "http", ":path", path, ":authority", "a"];
  const fields = [...request, "content-type", "application/grpc", "te", "trailers"];
  peer.send(head(1, fields), data(1, message), data(1, "", END_STREAM), reset(1));
  assert.equal(await all.seen.ended("forgiving caught"), "forgiving caught: CANCELLED");
  peer.socket.destroy();
});
