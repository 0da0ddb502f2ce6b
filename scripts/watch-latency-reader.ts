import { request } from "node:http";

// The other process of watch-latency.ts: reads events, and says when each count came (milliseconds since the epoch).
const came: [count: number, at: number][] = [];
const address = `http://127.0.0.1:${process.argv[2]}/notes:watch?snapshot=false`;
request(address, (answer) => {
  answer.setEncoding("utf8").on("data", (part: string) => {
    const at = performance.timeOrigin + performance.now();
    if (part.includes('"synced"')) process.send?.("ready");
    for (const [, count] of part.matchAll(/"count":(\d+)/g)) came.push([Number(count), at]);
  });
}).end();
process.on("message", () => process.send?.(came, () => process.exit()));
