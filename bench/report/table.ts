/** A table of the page, in Markdown; the first column is text, the others are figures. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function toMarkdown({ title, columns, rows }: Table): string {
  const marks = columns.map((_, index) => (index === 0 ? "---" : "---:"));
  return [`### ${title}`, "", ...[columns, marks, ...rows].map((row) => `| ${row.join(" | ")} |`), ""].join(
    "\n",
  );
}

/** With thousands parted. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

export function ratio(value: number): string {
  return value.toFixed(2);
}

export function milliseconds(value: number): string {
  return value.toFixed(2);
}
