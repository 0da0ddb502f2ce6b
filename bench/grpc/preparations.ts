import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inEnvelope } from "../load/grpc-call.ts";
import { numbersRequest, streamedMessages, userRequest } from "./messages.ts";
import { goVersion } from "./tools.ts";

const bench = join(import.meta.dirname, "..");
const servers = join(bench, "servers/grpc");
/** Within node_modules, so that what is generated finds protobufjs. */
const generated = join(bench, "node_modules/.cache/fourfold-bench");

/** Files that one run needs. */
export class Preparations {
  readonly directory: string = mkdtempSync(join(tmpdir(), "fourfold-bench-grpc-"));
  /** POSTed as a call of GetUser. */
  readonly userCall: string = join(this.directory, "user");
  /** POSTed as a call of Numbers. */
  readonly numbersCall: string = join(this.directory, "numbers");
  /** The messages of bench.proto in protobufjs's static code. */
  readonly staticCode: string = join(generated, "bench.js");
  /** The server in Go, where there is Go. */
  readonly goServer: string | null = goVersion === null ? null : join(this.directory, "go-server");
  /** The client in Go; null without Go. */
  readonly goClient: string | null = goVersion === null ? null : join(this.directory, "go-client");

  constructor() {
    writeFileSync(this.userCall, inEnvelope(userRequest));
    writeFileSync(this.numbersCall, inEnvelope(numbersRequest(streamedMessages)));
    mkdirSync(generated, { recursive: true });
    writeFileSync(join(generated, "package.json"), '{ "type": "module" }\n');
    execFileSync(process.execPath, [
      ...[join(bench, "node_modules/protobufjs-cli/bin/pbjs"), "--target=static-module", "--wrap=es6"],
      ...[`--out=${this.staticCode}`, join(servers, "bench.proto")],
    ]);
    if (this.goServer !== null) buildGo(".", this.goServer);
    if (this.goClient !== null) buildGo("./client", this.goClient);
  }

  /** A file of this run. */
  file(name: string): string {
    return join(this.directory, name);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function buildGo(program: string, file: string): void {
  execFileSync("go", ["build", "-o", file, program], { cwd: join(servers, "go"), stdio: "inherit" });
}
