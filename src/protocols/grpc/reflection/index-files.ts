import type { ProtoFile } from "../model/proto-file.ts";
import { importsOf } from "../model/proto-imports.ts";
import { FileIndex } from "./file-index.ts";

/** Makes the index of what is served, and of all that it imports. */
export async function indexFiles(
  served: readonly ProtoFile[],
  imported: readonly ProtoFile[],
): Promise<FileIndex> {
  const known = [...served, ...imported];
  const missing = new Set(known.flatMap(importsOf));
  for (const { path } of known) missing.delete(path);
  if (missing.size === 0) return new FileIndex(served, imported);
  const { googleFile } = await import("./google-files.ts");
  const google = [...missing].map(googleFile).filter((file) => file !== null);
  return new FileIndex(served, [...imported, ...google]);
}
