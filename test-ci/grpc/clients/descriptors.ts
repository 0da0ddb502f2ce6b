import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** All .proto files of a folder, compiled by buf: a google.protobuf.FileDescriptorSet. */
export async function compileProtos(buf: string, protos: string): Promise<Uint8Array> {
  const set = join(protos, "set.binpb");
  await promisify(execFile)(buf, ["build", "--output", set], { cwd: protos });
  return await readFile(set);
}
