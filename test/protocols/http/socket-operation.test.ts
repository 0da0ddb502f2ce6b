import assert from "node:assert/strict";
import { test } from "node:test";
import { frameworkError } from "../../../src/errors/codes.ts";
import { SocketOperation } from "../../../src/protocols/http/socket-operation.ts";

const credentials = { bearer: null, remoteAddress: "127.0.0.1", header: () => undefined };
const operation = (): SocketOperation => new SocketOperation("CALL", "/rpc", credentials, {});

test("an operation that has left says so to whoever asks for its signal, before and afterwards", () => {
  const late = frameworkError("DEADLINE_EXCEEDED");
  for (const reason of [undefined, late]) {
    const [asked, unasked] = [operation(), operation()];
    const told: string[] = [];
    asked.signal.addEventListener("abort", () => told.push("signal"));
    for (const each of [asked, unasked]) {
      each.whenLeft = () => told.push("left");
      assert.equal(each.hasLeft, false);
      each.leave(reason);
      each.leave(frameworkError("INTERNAL"));
      assert.equal(each.hasLeft, true);
      assert.equal(each.reason, reason);
      assert.equal(each.signal.aborted, true);
      if (reason !== undefined) assert.equal(each.signal.reason, reason);
    }
    assert.deepEqual(told, ["signal", "left", "left"]);
  }
});

test("ids of operations are texts when somebody reads them, and each is another", () => {
  const [one, other] = [operation(), operation()];
  assert.equal(typeof one.id, "number");
  assert.match(one.requestId, /^[0-9a-z]+-[0-9a-z]+$/);
  assert.equal(one.requestId, one.requestId);
  assert.notEqual(one.requestId, other.requestId);
});
