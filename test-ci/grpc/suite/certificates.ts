import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TlsOptions } from "../../../src/net/index.ts";

/** Certificates in files, which are gone when the process ends. `authority` is that of clients; empty where they need none. */
export function certificateFiles(
  certificate: Uint8Array,
  key: Uint8Array,
  authority: Uint8Array,
): TlsOptions {
  const folder = mkdtempSync(join(tmpdir(), "fourfold-conformance-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, content: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  return {
    certificate: write("certificate.pem", certificate),
    key: write("key.pem", key),
    watchMs: Number.POSITIVE_INFINITY,
    ...(authority.length === 0 ? {} : { clientAuthorities: write("authority.pem", authority) }),
  };
}
