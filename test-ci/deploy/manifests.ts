import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

const root = join(import.meta.dirname, "../..");
export const deploy: string = join(root, "deploy");

/** The documents of a file of YAML, with what `<<` merges. */
export function documents(path: string): readonly unknown[] {
  const read = parseAllDocuments(readFileSync(join(deploy, path), "utf8"), { merge: true });
  if (!Array.isArray(read)) throw new Error(`${path} is empty`);
  return read.map((document) => {
    for (const error of document.errors) throw error;
    return document.toJS() as unknown;
  });
}

/** The document of a kind and name. */
export function manifest(path: string, kind: string, name: string): unknown {
  const found = documents(path).find(
    (each) => at(each, "kind") === kind && at(each, "metadata", "name") === name,
  );
  if (found === undefined) throw new Error(`There is no ${kind} ${name} in ${path}`);
  return found;
}

/** What is at a path of members and positions; undefined where there is nothing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of path) {
    if (found === null || typeof found !== "object") return undefined;
    found = Object.entries(found).find(([name]) => name === String(step))?.[1];
  }
  return found;
}

/** The items of a list; none where there is none. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The words of a command. */
export function words(value: unknown): readonly string[] {
  return items(value).map(String);
}

/** What the generated ConfigMap has, as environment variables. */
export function configuration(): Readonly<Record<string, string>> {
  const literals = words(
    at(documents("kubernetes/kustomization.yaml")[0], "configMapGenerator", 0, "literals"),
  );
  return Object.fromEntries(
    literals.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** The only container of a Deployment's or a Job's pods. */
export function containerOf(workload: unknown): unknown {
  return at(workload, "spec", "template", "spec", "containers", 0);
}
