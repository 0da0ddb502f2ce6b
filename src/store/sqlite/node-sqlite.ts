import type * as Sqlite from "node:sqlite";

/**
 * `node:sqlite` without the warning of Node 22 and 24 that it is experimental: what is used of it here is what Node 22.18 has,
 * and the tests run there. Loading is synchronous, so no other warning can be lost meanwhile.
 */
function load(): typeof Sqlite {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** The driver. */
export const sqlite: typeof Sqlite = load();
