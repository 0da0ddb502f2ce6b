import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { parseArgs } from "node:util";
import { LatencyHistogram } from "./latency-histogram.ts";
import { ResponseReader } from "./response-reader.ts";

/**
 * Loads a server at a fixed rate, whether it keeps up or not (open loop), and writes the latencies as JSON. A request that
 * finds every connection busy waits here; its latency counts from the moment at which it was due, so that a server which
 * stalls is charged for all whom it keeps waiting, and not for one (coordinated omission).
 */
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    rate: { type: "string", default: "1000" },
    seconds: { type: "string", default: "3" },
    connections: { type: "string", default: "64" },
    paths: { type: "string", default: "" },
  },
});
const port = Number(values.port);
const total = Math.round(Number(values.rate) * Number(values.seconds));
const gapMs = 1000 / Number(values.rate);
const requests = readFileSync(values.paths, "utf8").trim().split("\n").map(toRequest);

const latencies = new LatencyHistogram();
const idle: Socket[] = [];
const dueAt = new Map<Socket, number>();
let sent = 0;
let answered = 0;

await Promise.all(Array.from({ length: Number(values.connections) }, open));
const startedAt = performance.now();
tick();

/** Sends what is due. It spins on purpose: timers of a millisecond would send in bursts, and those would be measured. */
function tick(): void {
  const now = performance.now();
  while (sent < total && idle.length > 0 && startedAt + sent * gapMs <= now) send();
  if (answered < total) setImmediate(tick);
  else report(now);
}

function send(): void {
  const socket = idle.pop();
  if (socket === undefined) return;
  dueAt.set(socket, startedAt + sent * gapMs);
  socket.write(requests[sent % requests.length] ?? "", "latin1");
  sent += 1;
}

function open(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const reader = new ResponseReader();
  const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => {
    idle.push(socket);
    resolve();
  });
  socket.on("data", (bytes: Buffer) => {
    if (!reader.isComplete(bytes)) return;
    latencies.add(performance.now() - (dueAt.get(socket) ?? 0));
    answered += 1;
    idle.push(socket);
  });
  socket.on("close", () => fail("The server has closed a connection"));
  socket.on("error", (error) => fail(error.message));
  return promise;
}

function report(now: number): void {
  const result = {
    rate: (answered / (now - startedAt)) * 1000,
    p50: latencies.quantile(0.5),
    p99: latencies.quantile(0.99),
    p999: latencies.quantile(0.999),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function toRequest(path: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: application/json\r\n\r\n`;
}
