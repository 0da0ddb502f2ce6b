import { readFileSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Api } from "../../../define/api.ts";
import type { Proto } from "../../../define/proto.ts";
import { Mistakes } from "../../../plan/mistakes.ts";
import { shownPath } from "../lock/read-lock.ts";
import type { ProtoFile } from "../model/proto-file.ts";

/** A .proto that was read, and what binds it. */
export interface ReadProto {
  readonly proto: Proto;
  /** How people know it: `examples/blog/user.proto`. */
  readonly place: string;
  readonly file: ProtoFile;
  /** The files that it imports, and those that they do; Google's own aside. */
  readonly imports: readonly ProtoFile[];
}

/** The .proto files that an API binds, and what is wrong with those that cannot be read. */
export interface ReadProtos {
  readonly files: readonly ReadProto[];
  readonly mistakes: Mistakes;
}

/** Reads the .proto files that an API binds, and what they import. */
export async function readProtos({ options }: Api): Promise<ReadProtos> {
  const { protos = [] } = options;
  const mistakes = new Mistakes();
  if (protos.length === 0) return { files: [], mistakes };
  // What parses them is loaded only where there is something to parse.
  const { parseProtos } = await import("./parse-protos.ts");
  const files = protos.flatMap((proto) => {
    const path = fileURLToPath(proto.file);
    const place = shownPath(path);
    const text = readText(path, place, mistakes);
    if (text === null) return [];
    const folder = importFolder(path, text);
    const main = { path: importPath(folder, path), text };
    const [file, ...imports] = parseProtos({ main, place, mistakes, find: (wanted) => find(folder, wanted) });
    return file === undefined ? [] : [{ proto, place, file, imports }];
  });
  return { files, mistakes };
}

function readText(path: string, place: string, mistakes: Mistakes): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "it failed";
    mistakes.add(place, `cannot be read (${code})`, "Name the .proto itself in proto(file, options)");
    return null;
  }
}

/**
 * The folder that imports are relative to: where files stand in folders of their packages' names, as is usual, the one that these
 * are in; else the file's own.
 */
function importFolder(path: string, text: string): string {
  const folder = dirname(path);
  const [, packageName = ""] = /(?:^|;)\s*package\s+([\w.]+)\s*;/m.exec(text) ?? [];
  const ending = packageName === "" ? "" : sep + packageName.replaceAll(".", sep);
  return ending !== "" && folder.endsWith(ending) ? folder.slice(0, -ending.length) : folder;
}

function importPath(folder: string, path: string): string {
  return path.startsWith(folder + sep) ? path.slice(folder.length + 1).replaceAll(sep, "/") : basename(path);
}

/** Null where there is no such file. */
function find(folder: string, path: string): string | null {
  try {
    return readFileSync(join(folder, ...path.split("/")), "utf8");
  } catch {
    return null;
  }
}
