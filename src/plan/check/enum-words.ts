import { toUpperSnakeCase } from "../../base/casing.ts";
import { shown } from "./form.ts";
import { Seen } from "./names.ts";
import type { Place } from "./place.ts";

/** GraphQL knows these as values of other types. */
const taken = new Set(["true", "false", "null"]);

/** Checks the words of an enumeration: each becomes a name in GraphQL and, in upper case, in the .proto. */
export function checkWords(values: unknown, place: Place): void {
  if (!Array.isArray(values) || values.length === 0) {
    place.tell("has no words", 'List them: t.enum(["draft", "published"])');
    return;
  }
  const exact = new Seen();
  const inProto = new Seen();
  for (const word of values) {
    if (typeof word !== "string" || !/^[A-Za-z][A-Za-z0-9_]*$/.test(word) || taken.has(word)) {
      const mend = "Write letters, digits and _, with a letter first, and not true, false or null";
      place.tell(`has the word ${shown(word)}, which cannot be a name in GraphQL`, mend);
    } else if (exact.add(word, word) !== null) {
      place.tell(`has the word "${word}" twice`, "Leave one out");
    } else {
      const other = inProto.add(toUpperSnakeCase(word), word);
      if (other !== null)
        place.tell(
          `has the words "${other}" and "${word}", which the .proto cannot tell apart`,
          "Rename one",
        );
    }
  }
}
