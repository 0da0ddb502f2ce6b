import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { CertificateFiles } from "./options.ts";
import { TlsError } from "./tls-error.ts";

/** A certificate with what leads to its authority, and its key: read, and known to belong together. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
  readonly passphrase: string | undefined;
}

/** Reads a pair. Throws a TlsError that says which file is at fault. */
export async function readKeyPair(files: CertificateFiles): Promise<KeyPair> {
  const [certificate, key] = await Promise.all([
    readPem(files.certificate, "certificate"),
    readPem(files.key, "key"),
  ]);
  const [first] = toCertificates(certificate, files.certificate, "certificate");
  if (first?.checkPrivateKey(toKey(key, files)) !== true)
    throw new TlsError(
      `The TLS key "${files.key}" does not belong to the certificate "${files.certificate}": give the pair that was made together, the server's own certificate first in its file`,
    );
  return { certificate, key, passphrase: files.passphrase };
}

/** Reads the certificates of authorities. Throws a TlsError. */
export async function readAuthorities(file: string): Promise<string> {
  const what = "client authorities";
  const text = await readPem(file, what);
  toCertificates(text, file, what);
  return text;
}

async function readPem(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new TlsError(`The TLS ${what} "${file}" cannot be read: ${whyUnreadable(cause)}`, { cause });
  }
}

function whyUnreadable(thrown: unknown): string {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  switch (code) {
    case "ENOENT":
      return "there is no such file; correct its path";
    case "EACCES":
    case "EPERM":
      return "permission denied; let this user read it";
    case "EISDIR":
      return "it is a folder; name the file in it";
    default:
      return code === "" ? "reading failed" : `reading failed with ${code}`;
  }
}

const beginning = "-----BEGIN CERTIFICATE-----";

/** All of a file, so that one which is half written is found out. */
function toCertificates(text: string, file: string, what: string): readonly X509Certificate[] {
  const blocks = text.split(beginning).slice(1);
  if (blocks.length === 0)
    throw new TlsError(`The TLS ${what} "${file}" holds no certificate: it must be PEM ("${beginning}")`);
  try {
    return blocks.map((block) => new X509Certificate(beginning + block));
  } catch (cause) {
    throw new TlsError(
      `The TLS ${what} "${file}" is damaged: a certificate in it cannot be decoded; write the file anew`,
      { cause },
    );
  }
}

function toKey(key: string, { key: file, passphrase }: CertificateFiles): KeyObject {
  try {
    return createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (cause) {
    const why = /ENCRYPTED/.test(key)
      ? `is encrypted: ${passphrase === undefined ? "give its passphrase" : "the passphrase does not open it"}`
      : "holds no private key that can be decoded: it must be PEM";
    throw new TlsError(`The TLS key "${file}" ${why}`, { cause });
  }
}
