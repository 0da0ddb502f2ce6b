/** What a comment says of something that may be deprecated for a reason. */
export function documentation(description: string | null, deprecated: boolean | string): string | null {
  if (typeof deprecated !== "string") return description;
  const reason = `Deprecated: ${deprecated}`;
  return description === null ? reason : `${description}\n\n${reason}`;
}
