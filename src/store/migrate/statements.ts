/** What SQL has beside words: comments, texts, names, and texts between dollars. */
const pieces = new RegExp(
  [
    /--[^\n]*/,
    /\/\*[\s\S]*?\*\//,
    // `e'...'` has escapes, in which a quote may stand.
    /\b[eE]'(?:[^'\\]|\\.|'')*'/,
    /'(?:[^']|'')*'/,
    /"(?:[^"]|"")*"/,
    /(?<![\w$])(\$\w*\$)[\s\S]*?\1/,
    /;/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

/** Parts SQL into its statements, without comments around them: for those that no transaction may hold, and must be sent one by one. */
export function splitStatements(sql: string): readonly string[] {
  const statements: string[] = [];
  let start = 0;
  for (const { 0: piece, index } of sql.matchAll(pieces)) {
    if (piece !== ";") continue;
    statements.push(sql.slice(start, index));
    start = index + 1;
  }
  statements.push(sql.slice(start));
  return statements.map(withoutLeadingComments).filter((statement) => statement !== "");
}

/** Whether one of the statements would end a transaction, and leave the half of it behind. */
export function endsTransaction(sql: string): boolean {
  return splitStatements(sql).some((statement) =>
    /^(?:begin|commit|rollback|start transaction)\b/i.test(statement),
  );
}

function withoutLeadingComments(statement: string): string {
  return statement.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/, "").trimEnd();
}
