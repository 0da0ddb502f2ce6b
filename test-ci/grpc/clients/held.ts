import { execFile } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { type CertificateFiles, createCertificate } from "../../wire/certificate.ts";
import { type ServerProcess, startScript } from "../../wire/server-process.ts";
import { cases } from "./cases.ts";
import type { Client, ClientKind } from "./client.ts";

/** What is made once for all clients of a test file, in its temporary folder. */
export interface Trial {
  readonly files: CertificateFiles;
  readonly protos: string;
  /** Of pages that may call. */
  readonly pages: string;
}

/** Makes a certificate, and the .proto files as whoever has the definition gets them. */
export async function prepareTrial(folder: string, pages = "http://localhost"): Promise<Trial> {
  const protos = join(folder, "protos");
  await mkdir(protos, { recursive: true });
  const cli = join(import.meta.dirname, "../../../src/cli/main.ts");
  const definition = join(import.meta.dirname, "trial", "api.ts");
  const contract = ["contract", "grpc", definition, "--out", join(protos, "trial.proto")];
  await promisify(execFile)(process.execPath, ["--conditions=fourfold-source", cli, ...contract]);
  await cp(join(import.meta.dirname, "protos"), protos, { recursive: true });
  return { files: createCertificate(folder), protos, pages };
}

/** Holds a client to every case, in cleartext and with TLS. */
export function holdToAll(kind: ClientKind, trial: () => Trial): void {
  for (const isSecure of [false, true]) {
    describe(`${kind.name}, ${isSecure ? "with TLS" : "in cleartext"}`, { concurrency: 1 }, () => {
      let server: ServerProcess;
      let client: Client;

      before(async () => {
        const { files, protos, pages } = trial();
        const script = join(import.meta.dirname, "trial", "server.ts");
        server = await startScript(script, files.certificate, files.key, pages);
        const port = isSecure ? server.securePort : server.port;
        client = await kind.connect({ port, isSecure, certificate: files.certificate, protos });
      });
      after(async () => {
        await client?.[Symbol.asyncDispose]();
        await server?.stop();
      });

      for (const { name, shown } of cases) {
        const reason = kind.lacks[name];
        test(name, { skip: reason === undefined ? false : `not possible: ${reason}`, timeout: 60_000 }, () =>
          shown(client, kind),
        );
      }
    });
  }

  test(`${kind.name}: what it lacks are cases`, () => {
    for (const name of Object.keys(kind.lacks))
      if (!cases.some((each) => each.name === name)) throw new Error(`There is no case "${name}"`);
  });
}
