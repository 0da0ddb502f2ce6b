import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { folderOf, importsOf, readImportTable, root, sourceFiles } from "./layout/imports.ts";

const files = sourceFiles();
const imports = files.flatMap(importsOf);
const own = imports.filter(({ isOwn }) => isOwn);
const table = readImportTable(readFileSync(join(root, "ARCHITECTURE.md"), "utf8"));

test("every folder has a row in the import table", () => {
  const folders = new Set(files.map(folderOf));
  assert.deepEqual(
    [...folders].filter((folder) => !table.has(folder)),
    [],
  );
  const named = [...table.values()].flatMap((row) => [...row.keys()]);
  assert.deepEqual(
    named.filter((folder) => !table.has(folder)),
    [],
    "every name in a cell has a row",
  );
});

test("imports go where the table allows", () => {
  const wrong = own.filter(({ from, to, typesOnly }) => {
    const [source, target] = [folderOf(from), folderOf(to)];
    if (source === target) return false;
    const allowed = table.get(source)?.get(target);
    return allowed === undefined || (allowed === "types" && !typesOnly);
  });
  assert.deepEqual(wrong.map(show), []);
});

test("protocols do not know each other, only what those on HTTP have in common", () => {
  const wrong = own.filter(({ from, to }) => {
    const [source, target] = [folderOf(from), folderOf(to)];
    return (
      source !== target &&
      source.startsWith("protocols/") &&
      target.startsWith("protocols/") &&
      target !== "protocols/http"
    );
  });
  assert.deepEqual(wrong.map(show), []);
});

test("imported files are there", () => {
  assert.deepEqual(own.filter(({ to }) => !existsSync(join(root, "src", to))).map(show), []);
});

test("no file imports itself, over others or types either", () => {
  assert.deepEqual(cycles(), []);
});

test("sources import Node and the dependencies, and nothing else", () => {
  const manifest: { dependencies?: object; peerDependencies?: object } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  const known = new Set([
    // Put into what is published, and so no dependency of it.
    "kysely",
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ]);
  const wrong = imports.filter(
    ({ to, isOwn }) => !isOwn && !to.startsWith("node:") && !known.has(packageOf(to)),
  );
  assert.deepEqual(wrong.map(show), []);
});

test("a start loads nothing that only some servers and requests need", () => {
  const loaded = loadedWith("server/serve.ts");
  assert.ok(loaded.has("invoke/invoker.ts") && loaded.has("protocols/grpc/prepare.ts"), "it was walked");
  const later =
    /^(store\/sqlite|store\/postgres\/(open|pool\/open-pool)|cache\/memory|protocols\/grpc\/(rpc\/server|mount|protobuf\/message-codec|framing)|protocols\/rest\/(describe|docs)|net\/tls\/endpoint|server\/(workers|files\/answer-file)|node:tls|kysely|pg|graphql|prom-client|pino|protobufjs)\b/;
  assert.deepEqual(
    [...loaded].filter((file) => later.test(file)),
    [],
  );
});

test("files are named in kebab-case, for what they hold", () => {
  assert.deepEqual(
    files.filter((file) => file.split("/").some((part) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.ts)?$/.test(part))),
    [],
  );
  const empty = /^(utils?|helpers?|commons?|misc|managers?|shared|stuff)$|-(utils?|helpers?|manager)$/;
  assert.deepEqual(
    files.filter((file) => empty.test(basename(file, ".ts"))),
    [],
  );
});

test("the table is missed where it is not there", () => {
  assert.throws(() => readImportTable("# Architecture\n\n## Other\n\n| base | |\n"), /no table/);
  assert.throws(() => readImportTable("## Import table\n\nSoon.\n\n## Other\n\n| base | |\n"), /no table/);
});

function show({ from, to, typesOnly }: { from: string; to: string; typesOnly: boolean }): string {
  return `${from} imports ${typesOnly ? "types of " : ""}${to}`;
}

function packageOf(name: string): string {
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}

/** What is loaded with a file: our files, packages, and parts of Node. */
function loadedWith(file: string, loaded: Set<string> = new Set()): ReadonlySet<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  for (const { from, to, typesOnly, isDeferred } of imports)
    if (from === file && !typesOnly && !isDeferred) loadedWith(to, loaded);
  return loaded;
}

/** Each cycle once, as the files on the way from the first one found back to it. */
function cycles(): readonly string[] {
  const edges = Map.groupBy(own, ({ from }) => from);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) found.push([...path.slice(start), file].join(" -> "));
    if (start !== -1 || done.has(file)) return;
    for (const { to } of edges.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}
