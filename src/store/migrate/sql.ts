/** Names come from the definition, whose check allows letters, digits and underscores only; quoted, none is a keyword. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `author_id` is given up with its row, or stands in its way. */
export const onDeleteClauses = { restrict: "restrict", cascade: "cascade", setNull: "set null" } as const;
