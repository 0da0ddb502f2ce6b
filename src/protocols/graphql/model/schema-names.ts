import type { Mistakes } from "../../../plan/mistakes.ts";
import { type NameWords, UniqueNames } from "../../../plan/unique-names.ts";

const words: NameWords = {
  where: "in GraphQL",
  reserved: "the schema has that name already",
  taken: "has that name already",
};

/** The names of one scope of a schema. */
export class SchemaNames extends UniqueNames {
  constructor(mistakes: Mistakes) {
    super(mistakes, words);
  }
}
