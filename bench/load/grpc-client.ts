import { parseArgs } from "node:util";
import { Client, credentials } from "@grpc/grpc-js";
import { getUserPath } from "../servers/grpc/service.ts";
import { loadStaticCode } from "../servers/grpc/static-code.ts";
import { sampleUsers } from "../servers/parts/users.ts";
import { fail, report } from "./websocket-client.ts";

/**
 * Calls GetUser by clients of @grpc/grpc-js, on each of so many connections so many calls at a time, the next one when one has been
 * answered (closed loop). Each answer is compared; counts, and writes JSON.
 */
const { values } = parseArgs({
  options: {
    port: { type: "string" },
    connections: { type: "string" },
    calls: { type: "string" },
    seconds: { type: "string" },
  },
});
const { GetUserRequest, GetUserResponse } = await loadStaticCode();
/** Without a pool of its own, all clients of a process would share one connection. */
const channelOptions = { "grpc.use_local_subchannel_pool": 1 };
let answered = 0;
let next = 0;
let isOver = false;

const startedAt = performance.now();
const endsAt = startedAt + Number(values.seconds) * 1000;
for (let connection = 0; connection < Number(values.connections); connection++) {
  const client = new Client(`127.0.0.1:${values.port}`, credentials.createInsecure(), channelOptions);
  for (let call = 0; call < Number(values.calls); call++) ask(client);
}

function ask(client: Client): void {
  const user = sampleUsers[next++ % sampleUsers.length];
  if (user === undefined) return;
  client.makeUnaryRequest(
    getUserPath,
    (value: { readonly id: string }) => Buffer.from(GetUserRequest.encode(value).finish()),
    (bytes) => GetUserResponse.decode(bytes),
    { id: user.id },
    (error, answer) => {
      if (error !== null) fail(error.message);
      if (answer?.id !== user.id || answer.email !== user.email) fail(`Another user than ${user.id} came`);
      if (isOver) return;
      answered += 1;
      const now = performance.now();
      isOver = now >= endsAt;
      if (!isOver) ask(client);
      else report({ units: answered, seconds: (now - startedAt) / 1000 });
    },
  );
}
