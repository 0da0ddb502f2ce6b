import { readFileSync } from "node:fs";

/** One instruction: `COPY --from=build /app/dist ./dist`. */
export interface Instruction {
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  /** What follows the flags: the words of a JSON form, or the text as it is. */
  readonly words: readonly string[] | null;
  readonly text: string;
}

export interface Stage {
  /** Null for the last one, which is what the image is. */
  readonly name: string | null;
  readonly image: string;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile, without what ours have no need of: heredocs, other escapes, FROM of another stage. */
export function readDockerfile(path: string): readonly Stage[] {
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join("\n")
    .replaceAll("\\\n", " ")
    .split("\n");
  const defaults: Record<string, string> = {};
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of lines) {
    const instruction = readInstruction(line);
    const { name, text } = instruction;
    const stage = stages.at(-1);
    if (name === "ARG" && stage === undefined) {
      const [key = "", value = ""] = text.split("=");
      defaults[key] = substituted(value, defaults);
    } else if (name === "FROM") {
      const [image = "", , stageName = null] = substituted(text, defaults).split(/\s+/);
      stages.push({ name: stageName, image, instructions: [] });
    } else if (stage === undefined) throw new Error(`${name} before FROM`);
    else stage.instructions.push(instruction);
  }
  return stages;
}

function readInstruction(line: string): Instruction {
  const [, name = "", flagText = "", text = ""] =
    /^(\w+)\s+((?:--[\w-]+=\S+\s+)*)(.*)$/.exec(line.trim()) ?? [];
  const flags = Object.fromEntries(
    [...flagText.matchAll(/--([\w-]+)=(\S+)/g)].map(([, key, value]) => [key, value]),
  );
  return { name, flags, words: readWords(text), text };
}

/** Of `HEALTHCHECK ... CMD [...]` too. */
function readWords(text: string): readonly string[] | null {
  const json = /^(?:CMD\s+)?(\[.*\])$/.exec(text)?.[1];
  if (json === undefined) return null;
  const words: unknown = JSON.parse(json);
  return Array.isArray(words) ? words.map(String) : null;
}

function substituted(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)\}/g, (_, key: string) => values[key] ?? "");
}

/** `A=1 B=2` as an object. */
export function readEnvironment(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(/\s+/).map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
}
