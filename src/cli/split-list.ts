/** What was listed on the command line, or in the environment with commas. */
export function splitList(listed: string | readonly string[]): readonly string[] {
  return (typeof listed === "string" ? [listed] : listed)
    .flatMap((each) => each.split(","))
    .map((each) => each.trim());
}
