import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { type CompletionTimes, measureCompletion, measureOpening } from "./scale/completion.ts";
import { generateNothing } from "./scale/generate.ts";
import { compiler, type Diagnostics, filesRead, measure, openProject } from "./scale/project.ts";

// How an editor fares with ever larger applications: writes docs/editor-scale.md.

const sizes = [50, 200, 500];
const servers = 9;
const project = openProject();
try {
  // The fastest of three: what else the machine does is no matter here.
  const found = sizes.map((size) => fastest([1, 2, 3].map(() => measure(project, size))));
  const largest = Math.max(...sizes);
  const times = await measureCompletion(join(project, `of-${largest}`), `thing-${largest / 10}.ts`, servers);
  const empty = join(project, "of-nothing");
  generateNothing(empty);
  const nothing = await measureOpening(empty, "nothing.ts", servers);
  const page = report(found, { ...times, ...filesRead(project, largest), nothing }, largest);
  writeFileSync(join(import.meta.dirname, "../docs/editor-scale.md"), page);
  console.log(page);
} finally {
  rmSync(project, { recursive: true });
}

/** Those, and how long a project takes to open that has nothing of fourfold. */
interface EditorTimes extends CompletionTimes, ReturnType<typeof filesRead> {
  readonly nothing: readonly number[];
}

function report(found: readonly Diagnostics[], times: EditorTimes, largest: number): string {
  const version = execFileSync(process.execPath, [compiler, "--version"], { encoding: "utf8" }).trim();
  return `# Editors and large applications

Types are inferred for each definition on its own, so what an editor has to do grows with the number of operations and no
faster. This page is written by \`npm run scale\` (\`scripts/scale.ts\`), which generates applications and measures them.

Measured on ${cpus().length} × ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform};
TypeScript ${version.replace("Version ", "")}, Node ${process.version}, against the published declarations. The load average was ${loadavg()[0]?.toFixed(1)} in the end; over 1 per processor, times are longer for it.

## Checking everything: \`tsc --noEmit --extendedDiagnostics\`

Each operation is one of the application's own, with input, output and handler; for every five there is a resource of eleven
fields, whose nine standard methods come on top. The fastest of three runs is shown.

| operations | total time | check time | memory | types | instantiations | check time for each | instantiations for each |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${found.map(row).join("\n")}

## Completion in a handler of the application of ${largest}: \`tsc --lsp --stdio\`

After each keystroke the file is sent anew, and members of \`input\`, \`target\`, \`db(Thing)\`, \`log\` and \`Thing.fields\` are asked
for in turn, ${times.others.length} times.

Before the first answer a server reads the whole project: ${times.all.files} files of ${kilobytes(times.all.bytes)}, of which fourfold's declarations
are ${times.ours.files} of ${kilobytes(times.ours.bytes)}. So ${servers} fresh servers each opened a file and asked for its outline, as editors do, and then completed for the first
time; the last row opened a project with the same settings in which there is nothing.

| | least | median | 90 % | slowest |
| --- | ---: | ---: | ---: | ---: |
| completion after a keystroke | ${spread(times.others)} |
| first completion in a fresh server | ${spread(times.first)} |
| opening the file in a fresh server | ${spread(times.opening)} |
| opening an empty project | ${spread(times.nothing)} |
`;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000).toLocaleString("en")} KB`;
}

/** Milliseconds: least, median, 90 % and slowest. */
function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    `${(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN).toFixed(0)} ms`;
  return [0, 0.5, 0.9, 1].map(at).join(" | ");
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
