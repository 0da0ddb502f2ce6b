import { join } from "node:path";
import { listen } from "fourfold/net";
import { answerQuestions } from "../process/asked.ts";
import { answer, begun, endless } from "./answers.ts";
import type { ServerReport } from "./report.ts";

/** The server of the soak, in a process of its own. Argument: whether it speaks TLS. */

const certificates = join(import.meta.dirname, "../../../test/net/tls/certificates");
const tls = { certificate: join(certificates, "server.pem"), key: join(certificates, "server.key") };

const listener = await listen({
  addresses: [{ host: "127.0.0.1", port: 0 }],
  ...(process.argv[2] === "true" ? { tls } : {}),
  handler: answer,
  // So short that the shortest soak has rounds of pings; and an answer may take its time on a busy machine.
  limits: { pingMs: 4_000, pongMs: 30_000 },
});

const leave = answerQuestions({
  port: () => {
    const [address] = listener.addresses;
    return address !== undefined && "port" in address ? address.port : 0;
  },
  report,
  drain: async (timeoutMs) => {
    const startedAt = performance.now();
    await listener.drain(timeoutMs);
    return performance.now() - startedAt;
  },
  // After the reply.
  leave: () => {
    setImmediate(leave);
    return true;
  },
});

function report(): ServerReport {
  // Twice: what has a finalizer goes one round later. There by --expose-gc.
  for (let round = 0; round < 2; round++) globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const { connections, accepted, requests, rejectedByCode } = listener.stats();
  return {
    seconds: performance.now() / 1000,
    resident: rss / 2 ** 20,
    values: (heapUsed + external) / 2 ** 20,
    connections,
    accepted,
    requests,
    begun: Object.fromEntries(begun),
    rejected: rejectedByCode,
    endlessEnded: endless.ended,
  };
}
