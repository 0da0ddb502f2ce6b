import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Files in PEM: an authority's certificate, and a certificate for `localhost` (and no other name) that it has signed. */
export interface SignedCertificate {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes them in a folder, good for two days. */
export function createSignedCertificate(folder: string): SignedCertificate {
  const path = (name: string): string => join(folder, name);
  const openssl = (...words: readonly string[]): void => {
    execFileSync("openssl", words, { stdio: "pipe" });
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const authority = ["-subj", "/CN=Authority of a test", "-days", "2"];
  openssl(
    "req",
    "-x509",
    ...key,
    ...authority,
    "-keyout",
    path("authority.key"),
    "-out",
    path("authority.pem"),
  );
  openssl("req", ...key, "-subj", "/CN=localhost", "-keyout", path("server.key"), "-out", path("server.csr"));
  writeFileSync(path("names"), "subjectAltName=DNS:localhost");
  const signed = [
    "-CA",
    path("authority.pem"),
    "-CAkey",
    path("authority.key"),
    "-CAcreateserial",
    "-days",
    "2",
  ];
  openssl(
    "x509",
    "-req",
    "-in",
    path("server.csr"),
    ...signed,
    "-extfile",
    path("names"),
    "-out",
    path("server.pem"),
  );
  return { authority: path("authority.pem"), certificate: path("server.pem"), key: path("server.key") };
}
