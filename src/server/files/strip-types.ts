import { stripTypeScriptTypes } from "node:module";

/**
 * TypeScript as JavaScript: types become spaces, so that lines and columns stay. Throws a SyntaxError for what cannot be stripped
 * (enums, namespaces), as Node does.
 */
export function stripTypes(source: string): string {
  // Node warns of this function, and not of running TypeScript, which does the same: whoever starts a server can do nothing about it.
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
