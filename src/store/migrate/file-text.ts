import type { MigrationPlan } from "./plan.ts";
import type { DialectName } from "./snapshot.ts";
import type { MigrationStep, PartMode, StepPart } from "./step.ts";

/** A part of a file that is applied, and recorded, by itself. */
export interface FilePart extends StepPart {
  /** The step that it belongs to, as the plan tells it. */
  readonly description: string;
}

const modes: Readonly<Record<PartMode, string>> = {
  transaction: "",
  alone: " (outside transactions)",
  batches: " (in batches)",
};

/** A plan as SQL to review: each step with what it does, and a warning where something is lost, held up or broken. */
export function fileText({ steps }: MigrationPlan, dialect: DialectName): string {
  return [`-- fourfold: ${dialect}\n`, ...steps.flatMap(stepTexts)].join("\n");
}

function stepTexts(step: MigrationStep): readonly string[] {
  return step.parts.map((part, index) => {
    const ordinal = step.parts.length > 1 ? `, ${index + 1} of ${step.parts.length}` : "";
    const notes = index === 0 ? notesOf(step) : [];
    const lines = [
      `-- ${step.description}${ordinal}${modes[part.mode]}`,
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
