import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A resource stands in a file with this many operations on it. */
export const operationsPerFile = 5;

/**
 * Writes an application of `operations` operations of its own, of every sort, on resources that refer to each other, to
 * `folder`. The resources' nine standard methods come on top.
 */
export function generateApplication(folder: string, operations: number): void {
  const files = Math.ceil(operations / operationsPerFile);
  const indexes = Array.from({ length: files }, (_, index) => index);
  writeProject(folder);
  for (const index of indexes) writeFileSync(join(folder, "src", `thing-${index}.ts`), moduleOf(index));
  writeFileSync(join(folder, "src", "api.ts"), apiOf(indexes));
}

/** Writes a project with the same settings, in which there is nothing. */
export function generateNothing(folder: string): void {
  writeProject(folder);
  writeFileSync(join(folder, "src", "nothing.ts"), "export const nothing = 0;\n");
}

function writeProject(folder: string): void {
  mkdirSync(join(folder, "src"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings, null, 2));
}

const settings = {
  compilerOptions: {
    target: "es2023",
    lib: ["es2024", "esnext.disposable"],
    types: ["node"],
    module: "nodenext",
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    skipLibCheck: true,
  },
  include: ["src"],
};

function apiOf(indexes: readonly number[]): string {
  const imports = indexes.map((index) => `import * as thing${index} from "./thing-${index}.ts";`);
  const operations = indexes.map((index) => `    ...thing${index}.operations,`);
  return `import { type Api, api, version } from "fourfold";
${imports.join("\n")}

const application: Api = api("scale", {
  resources: [${indexes.map((index) => `thing${index}.Thing${index}`).join(", ")}],
  operations: [
${operations.join("\n")}
  ],
  versions: [
    version("1", { renamed: [${indexes.map((index) => `[thing${index}.Thing${index}.fields.title, "name"]`).join(", ")}] }),
    version("2"),
  ],
});
export default application;
`;
}

/** A resource with fields of many sorts, a reference to the one before it, and five operations. */
function moduleOf(index: number): string {
  const before = Math.max(0, index - 1);
  const reference = index === 0 ? '"Thing0"' : `() => Thing${before}`;
  const imported = index === 0 ? "" : `import { Thing${before} } from "./thing-${before}.ts";\n`;
  return `import { command, error, query, resource, subscription, t } from "fourfold";
${imported}
export const Closed${index} = error("CLOSED_${index}", {
  kind: "failed_precondition",
  details: { closedAt: t.timestamp(), by: t.string() },
});

export const Thing${index} = resource("Thing${index}", {
  fields: {
    id: t.id(),
    title: t.string({ minLength: 1, maxLength: 200 }),
    summary: t.text({ optional: true }),
    email: t.email({ unique: true, sensitive: true }),
    state: t.enum(["draft", "open", "closed"], { default: "draft" }),
    price: t.decimal({ precision: 12, scale: 2, nullable: true }),
    count: t.int64({ readOnly: true, default: 0n }),
    tags: t.list(t.string({ maxLength: 50 }), { maxItems: 20, default: [] }),
    address: t.object({ city: t.string(), zip: t.string({ optional: true }) }, { optional: true }),
    parent: t.ref(${reference}, { optional: true, inverse: "things${index}", onDelete: "setNull" }),
    closedAt: t.timestamp({ optional: true, readOnly: true }),
  },
});

const close = command("close", {
  on: Thing${index},
  input: { note: t.string({ optional: true }), notify: t.boolean({ default: true }) },
  output: Thing${index},
  errors: [Closed${index}],
  async handle({ input, target, db, now, log }) {
    if (target.closedAt !== null) throw Closed${index}({ closedAt: target.closedAt, by: target.title });
    if (input.notify) log.info("closed", { note: input.note ?? "", title: target.title });
    return db(Thing${index}).update(target.id, { closedAt: now(), state: "closed", count: target.count + 1n });
  },
});

const summarize = query("summarize", {
  on: Thing${index},
  scope: "collection",
  input: { state: t.enum(["draft", "open", "closed"]), since: t.timestamp({ optional: true }) },
  output: { total: t.int32(), newest: t.row(Thing${index}, { nullable: true }), cities: t.list(t.string()) },
  cache: { maxAge: "1m", reads: [Thing${index}] },
  async handle({ input, db }) {
    const rows = await db(Thing${index}).list({
      where: { state: input.state, ...(input.since === undefined ? {} : { closedAt: { gte: input.since } }) },
      orderBy: "title desc",
    });
    const cities = rows.map(({ address }) => address?.city ?? "").filter((city) => city !== "");
    return { total: rows.length, newest: rows[0] ?? null, cities };
  },
});

const copy = command("copy", {
  on: Thing${index},
  input: { email: t.email(), parent: t.ref(${reference}, { optional: true }) },
  output: Thing${index},
  handle: ({ input, target, db }) =>
    db.transaction(async (inner) => {
      const { id: _, count: __, closedAt: ___, ...values } = target;
      const parent = input.parentId === undefined ? null : await inner(Thing${before}).get(input.parentId);
      return inner(Thing${index}).create({ ...values, email: input.email, parentId: parent?.id ?? null });
    }),
});

const priced = query("priced", {
  on: Thing${index},
  scope: "collection",
  input: { least: t.decimal({ precision: 12, scale: 2 }), pageSize: t.int32({ default: 10 }) },
  output: { items: t.list(t.object({ id: t.uuid(), title: t.string(), price: t.string() })) },
  async handle({ input, db, call }) {
    const page = await call(Thing${index}.list, { pageSize: input.pageSize });
    const rows = await db(Thing${index}).list({ where: [{ price: { gte: input.least } }, { state: "open" }] });
    const items = [...page.items, ...rows].map(({ id, title, price }) => ({ id, title, price: price ?? "0" }));
    return { items };
  },
});

const progress = subscription("progress", {
  on: Thing${index},
  input: { every: t.int32({ default: 1000, minimum: 10 }) },
  output: { done: t.int32(), at: t.timestamp() },
  async *handle({ input, target, signal, now }) {
    for (let done = 0; !signal.aborted && done < target.tags.length * input.every; done++) yield { done, at: now() };
  },
});

export const operations = [close, summarize, copy, priced, progress];
`;
}
