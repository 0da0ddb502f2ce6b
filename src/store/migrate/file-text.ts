import type { MigrationPlan } from "./plan.ts";
import type { DialectName } from "./snapshot.ts";
import type { MigrationStep, PartMode } from "./step.ts";

/** How a file says in which way a part is run. */
export const modeWords: Readonly<Record<PartMode, string>> = {
  transaction: "",
  alone: " (outside transactions)",
  batches: " (in batches)",
};

/** A plan as SQL to review: each step with what it does, and a warning where something is lost, held up or broken. */
export function fileText({ steps }: MigrationPlan, dialect: DialectName): string {
  // SQLite applies a file as a whole; here each part is applied, and recorded, by itself.
  const mark = dialect === "postgres" ? "step: " : "";
  return [`-- fourfold: ${dialect}\n`, ...steps.flatMap((step) => partTexts(step, mark))].join("\n");
}

function partTexts(step: MigrationStep, mark: string): readonly string[] {
  return step.parts.map((part, index) => {
    const ordinal = step.parts.length > 1 ? `, ${index + 1} of ${step.parts.length}` : "";
    const notes = index === 0 ? notesOf(step) : [];
    const lines = [
      `-- ${mark}${step.description}${ordinal}${modeWords[part.mode]}`,
      ...notes.map((note) => `-- ${note}`),
      ...part.statements.map((statement) => `${statement};`),
    ];
    return `${lines.join("\n")}\n`;
  });
}

/** What to know before a step is run, a line each. */
export function notesOf({ loses, rewrites, holds, breaks }: MigrationStep): readonly string[] {
  return [
    ...(loses === null ? [] : [`LOSES ${loses}`]),
    ...(rewrites === null ? [] : [`REWRITES ${rewrites}: it can be neither read nor written meanwhile`]),
    ...(breaks === null ? [] : [`BREAKS running nodes: ${breaks}`]),
    ...(holds === null ? [] : [`holds up ${holds}`]),
  ];
}
