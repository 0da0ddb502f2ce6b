import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Stream, connect } from "node:http2";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { startRig } from "./rig.ts";

// Of gRPC.
const [OK, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED] = [0, 2, 3, 4];
const [RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE] = [8, 13, 14];

test("a message against the rules ends the call, told with its place and the names of the .proto", async () => {
  await using all = await startRig();
  const sending = all.second.sending("EchoesService/Sum");
  for (const amountInCents of [5, 6, 0, 7]) await sending.send({ amountInCents });
  // Nobody has said that this was all.
  const end = await sending.end;
  assert.equal(end.code, INVALID_ARGUMENT);
  assert.match(end.message, /messages\[2\]/);
  assert.equal(end.details?.reason, "INVALID_INPUT");
  assert.deepEqual(end.details?.violations, [{ path: "messages[2].amount_in_cents", rule: "minimum" }]);

  const both = all.second.both("EchoesService/Echo");
  for (const text of ["a", "b", "x".repeat(2001), "c"]) await both.send({ text });
  assert.deepEqual(
    (await both.all()).map(({ text }) => text),
    ["a", "b"],
  );
  assert.equal((await both.end).code, INVALID_ARGUMENT);
  assert.deepEqual((await both.end).details?.violations, [{ path: "messages[2].text", rule: "maxLength" }]);
  assert.equal(await all.seen.ended("echo caught"), "echo caught: INVALID_INPUT");
  assert.equal(await all.seen.ended("echo"), "echo: INVALID_INPUT");
});

test("a handler cannot make a success of a message that broke a rule", async () => {
  await using all = await startRig();
  const sending = all.second.sending("EchoesService/Forgiving");
  for (const text of ["a", "too long", "b"]) await sending.send({ text });
  assert.equal((await sending.end).code, INVALID_ARGUMENT);
  assert.equal(await all.seen.ended("forgiving caught"), "forgiving caught: INVALID_INPUT");
  assert.equal(await all.seen.ended("forgiving"), "forgiving: INVALID_INPUT");
});

test("what is no such message at all ends that call, and only that", async () => {
  await using all = await startRig();
  const serialize = (): Buffer => Buffer.from([0x0a, 0x7f, 0x41]);
  const both = all.second.both("EchoesService/Echo", { serialize });
  await both.send({ text: "a" });
  assert.equal((await both.end).code, INTERNAL);
  const sending = all.second.sending("EchoesService/Sum", { serialize });
  await sending.send({ amountInCents: 1 });
  assert.equal((await sending.end).code, INTERNAL);
  assert.equal((await all.second.unary("EchoesService/Say", { text: "a" })).end.code, OK);
});

test("an error in the midst of a stream comes after the answers before it, with its details", async () => {
  await using all = await startRig();
  const known = all.second.both("EchoesService/Echo");
  for (const text of ["a", "b", "too many", "c"]) await known.send({ text });
  assert.equal((await known.all()).length, 2);
  const end = await known.end;
  assert.deepEqual([end.code, end.message], [RESOURCE_EXHAUSTED, "There were too many"]);
  assert.equal(end.details?.reason, "TOO_MANY");
  assert.equal(end.details?.metadata.get("most"), "2");

  const unknown = all.second.both("EchoesService/Echo");
  for (const text of ["a", "throw"]) await unknown.send({ text });
  assert.equal((await unknown.all()).length, 1);
  const { code, message } = await unknown.end;
  assert.ok(code === INTERNAL || code === UNKNOWN);
  assert.doesNotMatch(message, /secret/);
});

test("the handler's end is the call's, whatever the peer would still send", async () => {
  await using all = await startRig();
  const both = all.second.both("EchoesService/Echo");
  for (const text of ["a", "stop"]) await both.send({ text });
  assert.deepEqual(await both.all(), [{ text: "a", place: 0 }]);
  assert.equal((await both.end).code, OK);
  const sending = all.second.sending("EchoesService/First");
  const flood = setInterval(() => {
    for (let each = 0; each < 50; each++) sending.call.write({ text: "x".repeat(1000) });
  }, 5);
  assert.equal(String((await sending.answer)?.["text"]).length, 1000);
  clearInterval(flood);
  assert.equal((await sending.end).code, OK);
  assert.equal((await all.second.unary("EchoesService/Say", { text: "a" })).end.code, OK);
});

test("a peer that leaves ends the handler: while it makes answers, waits for messages, or waits for something else", async () => {
  await using all = await startRig();
  const endless = all.second.server("EchoesService/Endless", {});
  await endless.next();
  endless.call.cancel();
  assert.equal(await all.seen.ended("endless"), "endless: CANCELLED");

  const echo = all.second.both("EchoesService/Echo");
  await echo.send({ text: "a" });
  await echo.next();
  echo.call.cancel();
  assert.equal(await all.seen.ended("echo"), "echo: CANCELLED");
  assert.equal(await all.seen.ended("echo caught"), "echo caught: CANCELLED");

  const silent = all.second.server("EchoesService/Silent", {});
  await silent.next();
  silent.call.cancel();
  assert.equal(await all.seen.ended("silent"), "silent: CANCELLED");

  await wait(20);
  const { text } = await all.server.request("GET /metrics");
  for (const operation of ["endless", "echo", "silent"])
    assert.ok(
      text.includes(`operation="${operation}",version="2",status="1",code="CANCELLED"} 1`),
      `${operation} was told to end otherwise:\n${text.match(new RegExp(`.*${operation}.*`, "g"))?.join("\n")}`,
    );
});

test("a connection that breaks ends all of its streams", async () => {
  await using all = await startRig();
  // Node's client ends the messages before it resets a stream: only a connection that is gone breaks them off for sure.
  const session = connect(all.server.origin);
  const open = (method: string): ClientHttp2Stream => {
    const path = `/echoes.v2.EchoesService/${method}`;
    const fields = { "content-type": "application/grpc", te: "trailers" };
    return session.request({ ":method": "POST", ":path": path, ...fields }).on("error", () => {});
  };
  const silent = open("Silent");
  silent.end(Buffer.of(0, 0, 0, 0, 0));
  const others = [open("Echo"), open("Forgiving")];
  for (const other of others) other.write(Buffer.of(0, 0, 0, 0, 3, 0x0a, 1, 0x61));
  await Promise.all([silent, others[0]].map((stream) => stream && once(stream, "data")));
  session.destroy();
  for (const name of ["silent", "echo", "echo caught", "forgiving", "forgiving caught"])
    assert.equal(await all.seen.ended(name), `${name}: CANCELLED`);
});

test("deadlines end streams: the caller's, and that of the operation", async () => {
  await using all = await startRig();
  const silent = all.second.server("EchoesService/Silent", {}, { deadline: 150 });
  await silent.next();
  assert.equal((await silent.end).code, DEADLINE_EXCEEDED);
  // The client's own clock may be first, and then it leaves.
  assert.match(await all.seen.ended("silent"), /DEADLINE_EXCEEDED|CANCELLED/);

  // One that only states its time, and goes on waiting.
  const session = connect(all.server.origin);
  const fields = { "content-type": "application/grpc", te: "trailers", "grpc-timeout": "50m" };
  const path = "/echoes.v2.EchoesService/Forgiving";
  const waiting = session.request({ ":method": "POST", ":path": path, ...fields });
  waiting.write(Buffer.of(0, 0, 0, 0, 3, 0x0a, 1, 0x61));
  const [head] = await once(waiting, "response");
  assert.equal(head["grpc-status"], String(DEADLINE_EXCEEDED));
  session.destroy();
  assert.equal(await all.seen.ended("forgiving caught"), "forgiving caught: DEADLINE_EXCEEDED");

  const limited = all.second.both("EchoesService/Limited");
  await limited.send({ text: "a" });
  assert.deepEqual(await limited.next(), { text: "a" });
  assert.equal(await limited.next(), null);
  assert.equal((await limited.end).code, DEADLINE_EXCEEDED);
  assert.equal(await all.seen.ended("limited"), "limited: DEADLINE_EXCEEDED");
});

test("a server that stops ends streams of answers, and says so", async () => {
  const all = await startRig();
  const silent = all.second.server("EchoesService/Silent", {});
  const echo = all.second.both("EchoesService/Echo");
  await silent.next();
  await echo.send({ text: "a" });
  await echo.next();
  await all.server.server.close();
  assert.equal((await silent.end).code, UNAVAILABLE);
  assert.equal((await echo.end).code, UNAVAILABLE);
  assert.equal(await all.seen.ended("silent"), "silent: UNAVAILABLE");
  assert.equal(await all.seen.ended("echo"), "echo: UNAVAILABLE");
  await all[Symbol.asyncDispose]();
});
