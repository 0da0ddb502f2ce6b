/** Columns of a comment's text, its indentation aside. */
const commentWidth = 96;

/** A comment that says a text; no lines for null. Longer lines are broken between words. */
export function comment(text: string | null): readonly string[] {
  if (text === null || text.trim() === "") return [];
  return text
    .trim()
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .flatMap((line) => wrapped(line.replace(/[\u0000-\u001f\u007f]/g, " ").trimEnd()))
    .map((line) => `// ${line}`.trimEnd());
}

/** `message User { ... }`: sections of lines, with an empty line between them. */
export function block(head: string, sections: readonly (readonly string[])[]): readonly string[] {
  const lines = separated(sections);
  if (lines.length === 0) return [`${head} {}`];
  return [`${head} {`, ...lines.map((line) => (line === "" ? "" : `  ${line}`)), "}"];
}

/** Sections with an empty line between each two; those without lines are left out. */
export function separated(sections: readonly (readonly string[])[]): readonly string[] {
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

function wrapped(line: string): readonly string[] {
  if (line.length <= commentWidth) return [line];
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/ +/)) {
    if (current !== "" && current.length + 1 + word.length > commentWidth) {
      lines.push(current);
      current = word;
    } else {
      current = current === "" ? word : `${current} ${word}`;
    }
  }
  return [...lines, current];
}
