import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { load, type PackageDefinition } from "@grpc/proto-loader";

/** What clients have of a published .proto, with the fields' own names. */
export function definitionsOf(file: URL): Promise<PackageDefinition> {
  const includeDirs = [import.meta.dirname, join(import.meta.dirname, "elsewhere")];
  return load(fileURLToPath(file), {
    keepCase: true,
    longs: String,
    enums: String,
    oneofs: true,
    includeDirs,
  });
}
