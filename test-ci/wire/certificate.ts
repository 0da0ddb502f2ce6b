import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Files of a self-signed certificate for localhost and 127.0.0.1, in PEM. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Makes one that is good for two days. */
export function createCertificate(folder: string): CertificateFiles {
  const files = { certificate: join(folder, "certificate.pem"), key: join(folder, "key.pem") };
  const request = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
  ];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const output = ["-out", files.certificate, "-keyout", files.key];
  execFileSync("openssl", [...request, ...names, ...output], { stdio: "pipe" });
  return files;
}
