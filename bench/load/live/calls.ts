import { parseArgs } from "node:util";
import { sampleUsers } from "../../servers/parts/users.ts";
import { fail, openWebSocket, report } from "../websocket-client.ts";
import { clientText, serverText } from "../websocket-frames.ts";

/**
 * Calls `getUser` by JSON-RPC over one socket, with a number of calls under way: as soon as one is answered, the next one leaves, those of
 * one read in one write (closed loop). Every answer is compared with what it must be. Says `open`, and writes JSON.
 */
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "" },
    calls: { type: "string", default: "" },
    seconds: { type: "string", default: "" },
  },
});
/** Calls as they are sent and answered, by their id: all of the same length. */
const first = 100;
const users = sampleUsers.slice(first);
const requests = users.map(({ id }, index) =>
  clientText(JSON.stringify({ jsonrpc: "2.0", id: first + index, method: "getUser", params: { id } })),
);
const answers = users.map((result, index) =>
  serverText(JSON.stringify({ jsonrpc: "2.0", id: first + index, result })),
);
const length = answers[0]?.length ?? 0;
/** Where the three digits of an answer's id stand. */
const idAt = answers[0]?.indexOf('"id":') ?? 0;

let answered = 0;
let next = 0;
const empty = Buffer.alloc(0);
let rest: Buffer = empty;

const socket = await openWebSocket(Number(values.port), "/rpc", receive);
process.stdout.write("open\n");
const startedAt = performance.now();
call(Number(values.calls));
setTimeout(() => {
  report({ units: answered, seconds: (performance.now() - startedAt) / 1000 });
}, Number(values.seconds) * 1000);

function call(count: number): void {
  const frames: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    frames.push(requests[next] ?? rest);
    next = (next + 1) % requests.length;
  }
  socket.write(frames.length === 1 ? (frames[0] ?? rest) : Buffer.concat(frames));
}

function receive(bytes: Buffer): void {
  const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
  let at = 0;
  let count = 0;
  for (; at + length <= all.length; at += length) {
    const id = Number(all.toString("latin1", at + idAt + 5, at + idAt + 8));
    const expected = answers[id - first];
    if (expected === undefined || expected.compare(all, at, at + length) !== 0)
      fail(`Another answer came: ${all.toString("latin1", at, at + length)}`);
    count += 1;
  }
  rest = at === all.length ? empty : Buffer.from(all.subarray(at));
  answered += count;
  if (count > 0) call(count);
}
