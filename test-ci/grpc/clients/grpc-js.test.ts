import { before, describe } from "node:test";
import type { FileRegistry } from "@bufbuild/protobuf";
import { temporaryFolder, without } from "../../wire/workspace.ts";
import { bufIn, installBuf } from "../suite/buf.ts";
import { compileProtos } from "./descriptors.ts";
import { holdToAll, prepareTrial, type Trial } from "./held.ts";
import { grpcJs } from "./node/grpc-js.ts";
import { registryFrom } from "./registry.ts";

const folder = temporaryFolder();
const skip = without("openssl") || (await installBuf(folder));

describe("@grpc/grpc-js", { skip, concurrency: true }, () => {
  let trial: Trial;
  let registry: FileRegistry;

  before(async () => {
    trial = await prepareTrial(folder);
    registry = registryFrom(await compileProtos(bufIn(folder), trial.protos));
  });

  holdToAll(
    grpcJs(() => registry),
    () => trial,
  );
});
