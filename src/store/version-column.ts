/** The column of a row's version. It cannot be a field's: those begin with a letter. */
export const versionColumn = "_version";
