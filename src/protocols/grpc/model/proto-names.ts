import type { Mistakes } from "../../../plan/mistakes.ts";
import { type NameWords, UniqueNames } from "../../../plan/unique-names.ts";

const words: NameWords = {
  where: "in the .proto",
  reserved: "fourfold has a meaning for that name there",
  taken: "has that name there already",
};

/** The names of one scope of a .proto. */
export class ProtoNames extends UniqueNames {
  constructor(mistakes: Mistakes) {
    super(mistakes, words);
  }
}
