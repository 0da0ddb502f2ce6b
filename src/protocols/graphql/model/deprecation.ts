/** What is said of something that may be deprecated. */
export interface Documentation {
  readonly description: string | null;
  /** Why; null where it is not deprecated. */
  readonly deprecated: string | null;
}

/** What must be stated cannot be deprecated in GraphQL (September 2025, §3.13.3): its description says so instead. */
export function deprecation(
  description: string | null,
  deprecated: boolean | string,
  isRequired = false,
): Documentation {
  if (deprecated === false) return { description, deprecated: null };
  const reason = deprecated === true ? "No longer supported" : deprecated;
  if (!isRequired) return { description, deprecated: reason };
  const said = `Deprecated: ${reason}`;
  return { description: description === null ? said : `${description}\n\n${said}`, deprecated: null };
}
