/** One member of an `Accept` or `Accept-Encoding` list (RFC 9110 §12.4.2). */
export interface Preference {
  readonly name: string;
  /** From 0 (not acceptable) to 1. */
  readonly weight: number;
}

/** How much a media type is wanted: by its own name, by its main type, or with all others; 0 for not at all. */
export function mediaWeight(preferences: readonly Preference[], type: string): number {
  const [main] = type.split("/");
  for (const name of [type, `${main}/*`, "*/*"]) {
    const found = preferences.find((preference) => preference.name === name);
    if (found !== undefined) return found.weight;
  }
  return 0;
}

/** Parses a weighted list. Members that make no sense are left out. */
export function parsePreferences(list: string): readonly Preference[] {
  return list.split(",").flatMap((member) => {
    const [name = "", ...parameters] = member.split(";").map((part) => part.trim());
    const stated = parameters.find((parameter) => /^q=/i.test(parameter));
    const weight = stated === undefined ? 1 : Number(stated.slice(2));
    return name === "" || !(weight >= 0 && weight <= 1) ? [] : [{ name: name.toLowerCase(), weight }];
  });
}
