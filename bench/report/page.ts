import type { describeMachine } from "../machine/describe.ts";
import { type Table, toMarkdown } from "./table.ts";

/** A page of docs/ that a whole run writes. */
export interface Page {
  readonly title: string;
  /** What must be typed to make it again. */
  readonly command: string;
  readonly machine: ReturnType<typeof describeMachine>;
  /** Lines of Markdown between the description of the machine and the figures. */
  readonly notes: readonly string[];
  readonly tables: readonly Table[];
}

export function renderPage({ title, command, machine, notes, tables }: Page): string {
  return [
    `# ${title}`,
    "",
    "Written by a run of the command below; do not edit it. The servers are in `bench/servers/`.",
    "",
    "| | |",
    "| --- | --- |",
    ...machine.map(([name, value]) => `| ${name} | ${value} |`),
    `| command | \`${command}\` |`,
    "",
    ...notes,
    "",
    ...tables.map(toMarkdown),
  ].join("\n");
}
