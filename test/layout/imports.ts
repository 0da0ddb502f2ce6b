import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export const root: string = join(import.meta.dirname, "../..");
const sources = join(root, "src");

/** One import of a source file. */
export interface Import {
  /** The file that imports, relative to `src`. */
  readonly from: string;
  /** A file relative to `src`, or the name of a package or of a part of Node. */
  readonly to: string;
  readonly isOwn: boolean;
  readonly typesOnly: boolean;
  /** By an expression, whenever that is reached; not with the file itself. */
  readonly isDeferred: boolean;
}

/** Every source file, relative to `src`. */
export function sourceFiles(): readonly string[] {
  return readdirSync(sources, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .sort();
}

const statement = /^(?:import|export)\s+(type\s+)?(?:[^;"']*?\sfrom\s+)?"([^"]+)"/gm;
const dynamic = /(?:\bimport|\brequire\.resolve|\bresolve)\(\s*"([^"]+)"\s*\)/g;

/** The imports of a file, exports of others' names and dynamic imports included. */
export function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(sources, file), "utf8").replace(/^\s*(?:\/\*[\s\S]*?\*\/|\/\/.*)$/gm, "");
  const found = [...text.matchAll(statement)].map(([, type, to = ""]) => ({
    to,
    typesOnly: type !== undefined,
    isDeferred: false,
  }));
  const later = [...text.matchAll(dynamic)].map(([, to = ""]) => ({
    to,
    typesOnly: false,
    isDeferred: true,
  }));
  return [...found, ...later].map(({ to, typesOnly, isDeferred }) => {
    const isOwn = to.startsWith(".");
    return {
      from: file,
      to: isOwn ? relative(sources, join(sources, dirname(file), to)) : to,
      isOwn,
      typesOnly,
      isDeferred,
    };
  });
}

/** `protocols/rest` for its files, `index` for `index.ts`, else the first folder. */
export function folderOf(file: string): string {
  const parts = file.split("/");
  if (parts.length === 1) return file.replace(/\.ts$/, "");
  return parts[0] === "protocols" ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
}

/** What one folder may import: of each other folder everything, or types only. */
export type ImportTable = ReadonlyMap<string, ReadonlyMap<string, "all" | "types">>;

/** Reads the table under `## Import table`. Throws where there is none. */
export function readImportTable(text: string): ImportTable {
  const section = /^## Import table$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(text)?.[1] ?? "";
  const rows = [...section.matchAll(/^\| *([\w/-]+) *\|([^|\n]*)\|$/gm)].map(
    ([, folder = "", cell = ""]) => [folder, readCell(cell)] as const,
  );
  const table = new Map(rows.filter(([folder]) => folder !== "folder" && !/^-+$/.test(folder)));
  if (table.size === 0) throw new Error("ARCHITECTURE.md has no table under ## Import table");
  return table;
}

function readCell(cell: string): ReadonlyMap<string, "all" | "types"> {
  const names = cell.split(",").map((name) => name.trim());
  return new Map(
    names
      .filter((name) => name !== "")
      .map((name) => [name.replace(/ *\(types\)$/, ""), name.endsWith("(types)") ? "types" : "all"] as const),
  );
}
