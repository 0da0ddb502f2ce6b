/** An enum. Its values are their names; a number that has none stays a number, as proto3's enums are open. */
export class EnumShape {
  readonly name: string;
  readonly numbers: ReadonlyMap<string, number>;
  /** Names in ProtoJSON, which are those of the .proto. */
  readonly jsonNames: ReadonlyMap<string, number>;
  readonly #names: ReadonlyMap<number, string>;
  /** Those of small numbers, as nearly all are, by their number. */
  readonly #few: readonly (string | undefined)[];

  /** The first of several names of one number is the one it is read as. `jsonNames` are `numbers` where they are not given. */
  constructor(
    name: string,
    numbers: ReadonlyMap<string, number>,
    jsonNames: ReadonlyMap<string, number> = numbers,
  ) {
    this.jsonNames = jsonNames;
    const names = new Map<number, string>();
    for (const [text, number] of numbers) if (!names.has(number)) names.set(number, text);
    this.name = name;
    this.numbers = numbers;
    this.#names = names;
    this.#few = Array.from({ length: 32 }, (_, number) => names.get(number));
  }

  /** What is read for a number. */
  toValue(number: number): string | number {
    return this.#few[number] ?? this.#names.get(number) ?? number;
  }
}
