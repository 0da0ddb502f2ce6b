import { connect } from "node:http2";
import { parseArgs } from "node:util";
import { numbersRequest } from "../grpc/messages.ts";
import { numbersPath } from "../servers/grpc/service.ts";
import { callFields, inEnvelope } from "./grpc-call.ts";
import { fail } from "./websocket-client.ts";

/** Opens a long stream on each of some connections, and reads none of them; writes `open` when all have begun. */
const { values } = parseArgs({
  options: { port: { type: "string" }, readers: { type: "string" }, messages: { type: "string" } },
});
const request = inEnvelope(numbersRequest(Number(values.messages)));

await Promise.all(Array.from({ length: Number(values.readers) }, open));
process.stdout.write("open\n");

function open(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const session = connect(`http://127.0.0.1:${values.port}`);
  session.on("error", (error) => fail(error.message));
  // A stream without a listener for its data is not read, and gives no window back.
  const stream = session.request(callFields(numbersPath));
  stream.on("error", (error) => fail(error.message));
  stream.once("response", () => resolve());
  stream.end(request);
  return promise;
}
