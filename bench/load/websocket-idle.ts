import { parseArgs } from "node:util";
import { openWebSocket, openWebSockets } from "./websocket-client.ts";

/** Opens connections on which nothing is sent, says `open` when all are there, and keeps them until it is ended. */
const { values } = parseArgs({ options: { port: { type: "string" }, connections: { type: "string" } } });
const port = Number(values.port);

await openWebSockets(Number(values.connections), () => openWebSocket(port, "/receive", () => {}));
process.stdout.write("open\n");
