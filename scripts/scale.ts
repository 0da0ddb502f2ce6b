import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { type CompletionTimes, measureCompletion } from "./scale/completion.ts";
import { compiler, type Diagnostics, measure, openProject } from "./scale/project.ts";

// How an editor fares with ever larger applications: writes docs/editor-scale.md.

const sizes = [50, 200, 500];
const project = openProject();
try {
  // The fastest of three: what else the machine does is no matter here.
  const found = sizes.map((size) => fastest([1, 2, 3].map(() => measure(project, size))));
  const largest = Math.max(...sizes);
  const times = await measureCompletion(join(project, `of-${largest}`), `thing-${largest / 10}.ts`);
  const page = report(found, times, largest);
  writeFileSync(join(import.meta.dirname, "../docs/editor-scale.md"), page);
  console.log(page);
} finally {
  rmSync(project, { recursive: true });
}

function report(found: readonly Diagnostics[], { first, others }: CompletionTimes, largest: number): string {
  const sorted = others.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN).toFixed(0);
  const version = execFileSync(process.execPath, [compiler, "--version"], { encoding: "utf8" }).trim();
  return `# Editors and large applications

Types are inferred for each definition on its own, so what an editor has to do grows with the number of operations and no
faster. This page is written by \`npm run scale\` (\`scripts/scale.ts\`), which generates applications and measures them.

Measured on ${cpus().length} × ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform};
TypeScript ${version.replace("Version ", "")}, Node ${process.version}, against the published declarations.

## Checking everything: \`tsc --noEmit --extendedDiagnostics\`

Each operation is one of the application's own, with input, output and handler; for every five there is a resource of eleven
fields, whose nine standard methods come on top. The fastest of three runs is shown.

| operations | total time | check time | memory | types | instantiations | check time for each | instantiations for each |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${found.map(row).join("\n")}

## Completion in a handler of the application of ${largest}: \`tsc --lsp --stdio\`

After each keystroke the file is sent anew, and members of \`input\`, \`target\`, \`db(Thing)\`, \`log\` and \`Thing.fields\` are asked
for in turn, ${others.length} times. The first is measured from opening the file in a fresh server.

| first | median | 90 % | slowest |
| ---: | ---: | ---: | ---: |
| ${first.toFixed(0)} ms | ${at(0.5)} ms | ${at(0.9)} ms | ${at(1)} ms |
`;
}

function fastest([first, ...others]: readonly Diagnostics[]): Diagnostics {
  if (first === undefined) throw new TypeError("Nothing was measured");
  return others.reduce((best, each) => (each.seconds < best.seconds ? each : best), first);
}

function row({ operations, seconds, checkSeconds, megabytes, types, instantiations }: Diagnostics): string {
  const whole = (value: number): string => value.toLocaleString("en");
  const cells = [
    whole(operations),
    `${seconds.toFixed(2)} s`,
    `${checkSeconds.toFixed(2)} s`,
    `${megabytes.toFixed(0)} MB`,
    whole(types),
    whole(instantiations),
    `${((checkSeconds * 1000) / operations).toFixed(1)} ms`,
    whole(Math.round(instantiations / operations)),
  ];
  return `| ${cells.join(" | ")} |`;
}
