import type protobuf from "protobufjs";
import type { Mistakes } from "../../../plan/mistakes.ts";
import type { ProtoFile } from "../model/proto-file.ts";
import { declaredIn, ParsedFile } from "./parsed-file.ts";
import { ParsedTypes } from "./parsed-types.ts";
import { parser } from "./parser.ts";

/** A file's text, and the path by which others import it. */
export interface ProtoText {
  readonly path: string;
  readonly text: string;
}

/** What is parsed. */
export interface ParseOptions {
  readonly main: ProtoText;
  /** How people know the file. */
  readonly place: string;
  readonly mistakes: Mistakes;
  /** The text of an imported file; null where there is none. */
  readonly find: (path: string) => string | null;
}

const options = { keepCase: true, alternateCommentMode: true, preferTrailingComment: false };

/** Parses a .proto and all that it imports, itself first. None where something is wrong, which is told of. */
export function parseProtos(given: ParseOptions): readonly ProtoFile[] {
  const root = new parser.Root();
  const files = parseAll(root, given);
  if (files === null || !resolve(root, files, given)) return [];
  const types = new ParsedTypes();
  return [...files.values()].map((file) => file.toProtoFile(types, files));
}

/** By path; null where one of them cannot be parsed. */
function parseAll(root: protobuf.Root, given: ParseOptions): Map<string, ParsedFile> | null {
  const files = new Map<string, ParsedFile>();
  const waiting: ProtoText[] = [given.main];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (files.has(next.path)) continue;
    const file = parseOne(root, next, given);
    if (file === null) return null;
    files.set(next.path, file);
    for (const path of file.imports) {
      const known = parser.common.get(path);
      if (known !== null) root.addJSON(known.nested ?? {});
      else {
        const text = given.find(path);
        if (text !== null) waiting.push({ path, text });
      }
    }
  }
  return files;
}

function parseOne(
  root: protobuf.Root,
  { path, text }: ProtoText,
  { main, place, mistakes }: ParseOptions,
): ParsedFile | null {
  const at = path === main.path ? place : `${place}, ${path}`;
  if (!/(?:^|\*\/)\s*syntax\s*=\s*["']proto3["']\s*;/m.test(text)) {
    mistakes.add(at, "is not written in proto3", 'Bind a file that begins with syntax = "proto3";');
    return null;
  }
  try {
    const before = new Set(declaredIn(root));
    const { package: packageName = "", imports = [] } = parser.parse(text, root, options);
    const own = declaredIn(root).filter((each) => !before.has(each));
    return new ParsedFile(path, packageName, imports, own);
  } catch (thrown) {
    const [, reason = "", line = ""] = /^(.*?)(?: \(.*?line (\d+)\))?$/s.exec(messageOf(thrown)) ?? [];
    mistakes.add(line === "" ? at : `${at}:${line}`, `cannot be parsed: ${reason}`, "Mend the file");
    return null;
  }
}

/** Finds out what each name of a type means. Files that were not found may be of options only, which nothing here reads. */
function resolve(
  root: protobuf.Root,
  files: ReadonlyMap<string, ParsedFile>,
  { place, mistakes }: ParseOptions,
): boolean {
  try {
    root.resolveAll();
    return true;
  } catch (thrown) {
    const imports = [...files.values()].flatMap((file) => file.imports);
    const missing = imports.filter((path) => !files.has(path) && parser.common.get(path) === null);
    const mend =
      missing.length === 0
        ? "Mend the file"
        : `Put what it imports where it is looked for, beside the file or its package's folder: ${missing.join(", ")}`;
    mistakes.add(place, `cannot be understood: ${messageOf(thrown)}`, mend);
    return false;
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
