import { before, describe } from "node:test";
import type { FileRegistry } from "@bufbuild/protobuf";
import { temporaryFolder, without } from "../../wire/workspace.ts";
import { bufIn, installBuf } from "../suite/buf.ts";
import { compileProtos } from "./descriptors.ts";
import { holdToAll, prepareTrial, type Trial } from "./held.ts";
import { connectNode } from "./node/connect-node.ts";
import { registryFrom } from "./registry.ts";

const folder = temporaryFolder();
const skip = without("openssl") || (await installBuf(folder));

describe("@connectrpc/connect-node", { skip, concurrency: 4 }, () => {
  let trial: Trial;
  let registry: FileRegistry;

  before(async () => {
    trial = await prepareTrial(folder);
    registry = registryFrom(await compileProtos(bufIn(folder), trial.protos));
  });

  for (const [protocol, httpVersion] of [
    ["connect", "2"],
    ["connect", "1.1"],
    ["grpc", "2"],
    ["grpc-web", "2"],
    ["grpc-web", "1.1"],
  ] as const) {
    const name = `connect-node by ${protocol} over HTTP/${httpVersion}`;
    holdToAll(
      connectNode({ name, protocol, httpVersion }, () => registry),
      () => trial,
    );
  }
  const json = {
    name: "connect-node by connect in JSON, with GET",
    useBinaryFormat: false,
    useHttpGet: true,
  };
  holdToAll(
    connectNode({ ...json, protocol: "connect", httpVersion: "2" }, () => registry),
    () => trial,
  );
});
