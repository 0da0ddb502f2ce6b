import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateApplication } from "./generate.ts";

const root = join(import.meta.dirname, "../..");

/** The compiler of this repository. */
export const compiler: string = join(root, "node_modules/typescript/lib/tsc.js");

/** What `tsc --extendedDiagnostics` says of one application. */
export interface Diagnostics {
  readonly operations: number;
  readonly types: number;
  readonly instantiations: number;
  readonly symbols: number;
  /** Seconds, all of it. */
  readonly seconds: number;
  readonly checkSeconds: number;
  readonly megabytes: number;
}

/** A folder with fourfold's declarations installed as its users have them: without its sources. */
export function openProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "fourfold-scale-"));
  const installed = join(folder, "node_modules/fourfold");
  mkdirSync(installed, { recursive: true });
  copyFileSync(join(root, "package.json"), join(installed, "package.json"));
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
  // What applications import, and what that needs: server and protocols are not looked at by an editor.
  const settings = {
    extends: join(root, "tsconfig.build.json"),
    compilerOptions: {
      rootDir: join(root, "src"),
      outDir: join(installed, "dist"),
      typeRoots: [join(root, "node_modules/@types")],
      emitDeclarationOnly: true,
    },
    files: [join(root, "src/index.ts")],
    include: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
  compile(folder, "-p", ".");
  return folder;
}

/** Writes an application to the project and has it checked. It throws where there is an error of types. */
export function measure(project: string, operations: number): Diagnostics {
  const folder = join(project, `of-${operations}`);
  generateApplication(folder, operations);
  const told = compile(folder, "--noEmit", "--extendedDiagnostics", "-p", ".");
  const read = (name: string): number => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, "m").exec(told)?.[1]);
  return {
    operations,
    types: read("Types"),
    instantiations: read("Instantiations"),
    symbols: read("Symbols"),
    seconds: read("Total time"),
    checkSeconds: read("Check time"),
    megabytes: read("Memory used") / 1024,
  };
}

/** How many files a compiler reads for an application, and how large they are. */
export interface FilesRead {
  readonly files: number;
  readonly bytes: number;
}

/** What is read for an application: fourfold's declarations, and all. */
export function filesRead(
  project: string,
  operations: number,
): { readonly ours: FilesRead; readonly all: FilesRead } {
  const told = compile(join(project, `of-${operations}`), "--listFilesOnly", "-p", ".");
  const paths = told.split("\n").filter((path) => path !== "");
  const sum = (of: readonly string[]): FilesRead => ({
    files: of.length,
    bytes: of.reduce((bytes, path) => bytes + statSync(path).size, 0),
  });
  return { ours: sum(paths.filter((path) => path.includes("/node_modules/fourfold/"))), all: sum(paths) };
}

function compile(folder: string, ...options: readonly string[]): string {
  return execFileSync(process.execPath, [compiler, ...options], { cwd: folder, encoding: "utf8" });
}
