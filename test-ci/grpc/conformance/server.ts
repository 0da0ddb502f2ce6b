import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { certificateFiles } from "../suite/certificates.ts";
import { readProtos } from "../suite/descriptors.ts";
import { descriptorOf } from "../suite/message-types.ts";
import { listenForCalls, portOf } from "../suite/rpc-listener.ts";
import { Messages, PACKAGE } from "./messages.ts";
import { conformanceService } from "./service.ts";

// The server under test: server.ts PROTOS. It is told what to serve on standard input, says where it does on standard output,
// both as messages after their length (docs/configuring_and_running_tests.md of the suite), and ends when it is told to.

/** What a message has at most where the suite does not say. */
const MESSAGE_BYTES = 4 * 1024 * 1024;

const registry = await readProtos(process.argv[2] ?? "", [
  "connectrpc/conformance/v1/service.proto",
  "connectrpc/conformance/v1/server_compat.proto",
]);
const request = descriptorOf(registry, `${PACKAGE}.ServerCompatRequest`);
const response = descriptorOf(registry, `${PACKAGE}.ServerCompatResponse`);

interface Asked {
  readonly useTls: boolean;
  readonly clientTlsCert: Uint8Array;
  readonly messageReceiveLimit: number;
  readonly serverCreds?: { readonly cert: Uint8Array; readonly key: Uint8Array };
}

async function readAsked(): Promise<Asked> {
  let bytes = Buffer.alloc(0);
  for await (const part of process.stdin) {
    bytes = Buffer.concat([bytes, part]);
    const end = bytes.length < 4 ? Number.POSITIVE_INFINITY : 4 + bytes.readUInt32BE();
    if (bytes.length < end) continue;
    const read: unknown = fromBinary(request, bytes.subarray(4, end));
    // The fields of the message are those of its .proto.
    return read as Asked;
  }
  throw new Error("Standard input ended before it said what to serve");
}

const { useTls, clientTlsCert, messageReceiveLimit, serverCreds } = await readAsked();
const tls = useTls && serverCreds !== undefined;
const listener = await listenForCalls(
  conformanceService(new Messages(registry)),
  messageReceiveLimit === 0 ? MESSAGE_BYTES : messageReceiveLimit,
  tls ? certificateFiles(serverCreds.cert, serverCreds.key, clientTlsCert) : null,
);
process.once("SIGTERM", () => void listener.close().then(() => process.exit(0)));
const told = create(response, {
  host: "127.0.0.1",
  port: portOf(listener),
  ...(tls ? { pemCert: serverCreds.cert } : {}),
});
const bytes = Buffer.from(toBinary(response, told));
const length = Buffer.alloc(4);
length.writeUInt32BE(bytes.length);
process.stdout.write(Buffer.concat([length, bytes]));
