import { get, type IncomingMessage } from "node:http";
import { constants } from "node:http2";
import { setPriority } from "node:os";
import { answerQuestions } from "../process/asked.ts";
import { until } from "../process/until.ts";
import { openHttp2, openSocket, targetOf } from "../target.ts";
import { SlowReader } from "./reader.ts";
import type { SlowReport } from "./report.ts";

/** The slow readers of the soak, one for each version, in a process of their own. Arguments: the target. */

// Others work on the same machine.
setPriority(5);

const path = "/endless";
const target = targetOf(process.argv.slice(2));
const readers = [await readByHttp1(), readByHttp2()];

answerQuestions({
  report,
  end: async (withinMs) => {
    for (const reader of readers) reader.hurry();
    await until(() => readers.every(({ isGone }) => isGone), withinMs);
    return report();
  },
});

function report(): readonly SlowReport[] {
  return readers.map((reader) => reader.report);
}

async function readByHttp1(): Promise<SlowReader> {
  const request = get({ createConnection: () => openSocket(target), path });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on("response", resolve).on("error", reject);
  });
  return new SlowReader("1.1", response, () => response.complete);
}

function readByHttp2(): SlowReader {
  const session = openHttp2(target);
  session.on("error", () => {});
  const stream = session.request({ ":path": path });
  stream.on("close", () => session.destroy());
  return new SlowReader("2", stream, () => stream.rstCode === constants.NGHTTP2_NO_ERROR);
}
