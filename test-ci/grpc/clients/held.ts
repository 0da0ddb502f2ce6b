import { execFile } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { type CertificateFiles, createCertificate } from "../../wire/certificate.ts";
import { type ServerProcess, startScript } from "../../wire/server-process.ts";
import type { Case } from "./cases/case.ts";
import { cases } from "./cases.ts";
import type { Client, ClientKind } from "./client.ts";
import { publishedCases } from "./published/cases.ts";

/** What is made once for all clients of a test file, in its temporary folder. */
export interface Trial {
  readonly files: CertificateFiles;
  readonly protos: string;
  /** Of pages that may call. */
  readonly pages: string;
}

/** Makes a certificate, and the .proto files: what `fourfold contract grpc` writes of the trial, and what the blog has published. */
export async function prepareTrial(folder: string, pages = "http://localhost"): Promise<Trial> {
  const protos = join(folder, "protos");
  await mkdir(protos, { recursive: true });
  const cli = join(import.meta.dirname, "../../../src/cli/main.ts");
  const definition = join(import.meta.dirname, "trial", "api.ts");
  const contract = ["contract", "grpc", definition, "--out", join(protos, "trial.proto")];
  await promisify(execFile)(process.execPath, ["--conditions=fourfold-source", cli, ...contract]);
  await cp(join(import.meta.dirname, "protos"), protos, { recursive: true });
  await cp(join(import.meta.dirname, "../../../examples/blog/user.proto"), join(protos, "user.proto"));
  return { files: createCertificate(folder), protos, pages };
}

/** What clients are tried on. */
interface Subject {
  readonly name: string;
  /** The program of its server. */
  readonly script: string;
  readonly isSecure: boolean;
  readonly cases: readonly Case[];
}

const trialServer = join(import.meta.dirname, "trial", "server.ts");
const subjects: readonly Subject[] = [
  { name: "in cleartext", script: trialServer, isSecure: false, cases },
  { name: "with TLS", script: trialServer, isSecure: true, cases },
  {
    name: "by the blog's published user.proto",
    script: join(import.meta.dirname, "published", "server.ts"),
    isSecure: false,
    cases: publishedCases,
  },
];

/** Holds a client to every case. */
export function holdToAll(kind: ClientKind, trial: () => Trial): void {
  for (const subject of subjects)
    describe(`${kind.name}, ${subject.name}`, { concurrency: 1 }, () => holdTo(subject, kind, trial));

  test(`${kind.name}: what it lacks are cases`, () => {
    const known = subjects.flatMap((subject) => subject.cases.map(({ name }) => name));
    for (const name of Object.keys(kind.lacks))
      if (!known.includes(name)) throw new Error(`There is no case "${name}"`);
  });
}

function holdTo({ script, isSecure, cases: all }: Subject, kind: ClientKind, trial: () => Trial): void {
  let server: ServerProcess;
  let client: Client;

  before(async () => {
    const { files, protos, pages } = trial();
    server = await startScript(script, files.certificate, files.key, pages);
    const port = isSecure ? server.securePort : server.port;
    client = await kind.connect({ port, isSecure, certificate: files.certificate, protos });
  });
  after(async () => {
    await client?.[Symbol.asyncDispose]();
    await server?.stop();
  });

  for (const { name, shown } of all) {
    const reason = kind.lacks[name];
    test(name, { skip: reason === undefined ? false : `not possible: ${reason}`, timeout: 60_000 }, () =>
      shown(client, kind),
    );
  }
}
