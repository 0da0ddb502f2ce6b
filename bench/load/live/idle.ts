import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { fail } from "../websocket-client.ts";
import { clientText } from "../websocket-frames.ts";
import { dialectOf } from "./dialects.ts";
import { openAll } from "./open.ts";

/** Opens connections, has all of them told of something once, says `open`, and keeps them until it is ended. */
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "" },
    dialect: { type: "string", default: "" },
    receivers: { type: "string", default: "" },
  },
});
const port = Number(values.port);
const receivers = Number(values.receivers);
const dialect = await dialectOf(values.dialect, port);
let received = 0;

const publisher = await openAll(port, dialect, { receivers, take });
await pause(200);
publisher.write(clientText(dialect.publish(0)));

function take(count: number): void {
  received += count;
  if (received > receivers) fail("More was told than there was");
  if (received === receivers) process.stdout.write("open\n");
}
