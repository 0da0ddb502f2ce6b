import { setPriority } from "node:os";
import { answerQuestions } from "../process/asked.ts";
import { until } from "../process/until.ts";
import { targetOf } from "../target.ts";
import { connectForWebSockets, openByHttp1, openByHttp2 } from "./opening.ts";
import { PassersBy } from "./passers-by.ts";
import type { WebSocketPeer } from "./peer.ts";
import type { WebSocketsReport } from "./report.ts";

/** The WebSockets of the soak, in a process of their own. Arguments: the target, and how many are to be idle. */

// Others work on the same machine.
setPriority(5);

/** More at a time would overflow the queue of a listening socket. */
const openedAtOnce = 100;
/** So many of the idle ones are on HTTP/2, on connections of so many each. */
const onHttp2 = 100;
const onEach = 50;
const passingAtOnce = 20;

const target = targetOf(process.argv.slice(2));
const count = Number(process.argv[4]);
const idle: WebSocketPeer[] = [];
while (idle.length < onHttp2) {
  const session = await connectForWebSockets(target);
  idle.push(...(await Promise.all(Array.from({ length: onEach }, () => openByHttp2(session)))));
}
while (idle.length < count) {
  const length = Math.min(openedAtOnce, count - idle.length);
  idle.push(...(await Promise.all(Array.from({ length }, () => openByHttp1(target)))));
}
const passersBy = new PassersBy(target, passingAtOnce);

answerQuestions({
  open: () => idle.filter(({ isGone }) => !isGone).length,
  check,
  settle: async () => {
    await passersBy.stop();
    return true;
  },
  report,
  end: async (withinMs) => {
    await until(() => idle.every(({ isGone }) => isGone), withinMs);
    return report();
  },
});

/** At even distances, so that both versions are among them. */
async function check(sample: number): Promise<number> {
  const chosen = Array.from(
    { length: sample },
    (_, index) => idle[Math.floor((index * idle.length) / sample)],
  );
  const answered = await Promise.allSettled(
    chosen.map(async (peer, index) => {
      await peer?.ping(`ping ${index}`);
      await peer?.echo(`message ${index}`);
    }),
  );
  return answered.filter(({ status }) => status === "fulfilled").length;
}

function report(): WebSocketsReport {
  const gone = idle.filter(({ isGone }) => isGone);
  const closeCodes: Record<string, number> = {};
  for (const { closeCode } of gone) {
    const code = closeCode ?? "none";
    closeCodes[code] = (closeCodes[code] ?? 0) + 1;
  }
  const failures = idle.map(({ failure }) => failure).filter((failure) => failure !== null);
  return {
    open: idle.length - gone.length,
    gone: gone.length,
    connections: idle.length - onHttp2 + onHttp2 / onEach,
    neverPinged: idle.filter(({ pinged }) => pinged === 0).length,
    pings: idle.reduce((sum, { pinged }) => sum + pinged, 0),
    closeCodes,
    passed: passersBy.passed,
    failures: [...new Set([...failures, ...passersBy.failures])].slice(0, 5),
  };
}
