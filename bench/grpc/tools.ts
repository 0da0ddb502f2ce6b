import { spawnSync } from "node:child_process";

/** Go is no requirement: without it, its server is left out. */
export const goVersion: string | null = versionOf("go", "version", /go[\d.]+/);

/** Names and versions. Throws, saying what to install, when h2load is not there. */
export function toolVersions(): readonly string[] {
  const h2load = versionOf("h2load", "--version", /nghttp2\/\S+/);
  if (h2load === null) throw new Error("h2load is not there: apt-get install nghttp2-client");
  if (goVersion === null) process.stderr.write("Go is not there: grpc-go is left out\n");
  return [`h2load ${h2load.replace("/", " ")}`, ...(goVersion === null ? [] : [goVersion, grpcGo])];
}

/** As servers/grpc/go/go.mod has it. */
const grpcGo = "grpc-go 1.85.0";

function versionOf(command: string, option: string, pattern: RegExp): string | null {
  const { stdout, error } = spawnSync(command, [option], { encoding: "utf8" });
  return error === undefined ? (pattern.exec(stdout)?.[0] ?? command) : null;
}
