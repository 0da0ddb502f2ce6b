import { Field, type FieldShape, type ListShape } from "../../schema/field.ts";
import type { DecimalShape, StringShape } from "../../schema/shape.ts";
import { violationsOf } from "./default.ts";
import { checkWords } from "./enum-words.ts";
import { shown } from "./form.ts";
import type { Place } from "./place.ts";

/** Checks the rules of a field type: each on its own, and that values can meet all of them. */
export function checkShape(shape: FieldShape, place: Place): void {
  switch (shape.kind) {
    case "string":
    case "text":
    case "email":
    case "url":
      checkTextRules(shape, place);
      break;
    case "int32":
    case "float":
    case "int64":
      checkBounds(shape, { ...shape, minimum: null, maximum: null }, place);
      break;
    case "decimal":
      checkDecimal(shape, place);
      break;
    case "bytes":
      checkCount(shape.maxLength, "maxLength", place);
      break;
    case "json":
      checkDepth(shape.maxDepth, place);
      break;
    case "enum":
      checkWords(shape.values, place);
      break;
    case "list":
      checkList(shape, place);
      break;
    case "id":
    case "uuid":
    case "boolean":
    case "timestamp":
    case "date":
    case "ref":
    case "object":
    case "row":
      break;
    default:
      unknownSort(shape, place);
  }
}

function unknownSort(_shape: never, place: Place): void {
  place.tell("is of a sort that is not known", "Make it with t, such as t.string()");
}

function checkTextRules(shape: StringShape, place: Place): void {
  checkRange(shape.minLength, shape.maxLength, "minLength", "maxLength", place);
  if (shape.pattern !== null && !(shape.pattern instanceof RegExp))
    place.tell(`has the pattern ${shown(shape.pattern)}`, "Write a regular expression, such as /[a-z]+/");
  if (shape.kind === "email" && Number(shape.minLength) > 254)
    place.tell("has a minLength over 254, which no e-mail address has", "Lower minLength");
}

function checkList({ minItems, maxItems, uniqueItems }: ListShape, place: Place): void {
  checkRange(minItems, maxItems, "minItems", "maxItems", place);
  if (typeof uniqueItems !== "boolean")
    place.tell(`has the uniqueItems ${shown(uniqueItems)}`, "Write true or false");
}

/** Counts that are the least and the most. */
function checkRange(least: unknown, most: unknown, leastName: string, mostName: string, place: Place): void {
  checkCount(least, leastName, place);
  checkCount(most, mostName, place);
  if (typeof least === "number" && typeof most === "number" && least > most)
    place.tell(`has a ${leastName} (${least}) over its ${mostName} (${most})`, "Change one of the two");
}

function checkCount(value: unknown, name: string, place: Place): void {
  if (value === null || (Number.isSafeInteger(value) && Number(value) >= 0)) return;
  place.tell(`has the ${name} ${shown(value)}`, "Write a whole number, 0 or more");
}

function checkDepth(maxDepth: unknown, place: Place): void {
  if (Number.isSafeInteger(maxDepth) && Number(maxDepth) >= 0 && Number(maxDepth) <= 256) return;
  place.tell(`has the maxDepth ${shown(maxDepth)}`, "Write a whole number from 0 to 256");
}

function checkDecimal(shape: DecimalShape, place: Place): void {
  const { precision, scale } = shape;
  if (!isWhole(precision, 1, 18)) {
    place.tell(`has the precision ${shown(precision)}`, "Write a whole number from 1 to 18");
  } else if (!isWhole(scale, 0, precision)) {
    place.tell(`has the scale ${shown(scale)}`, `Write a whole number from 0 to ${precision}, its precision`);
  } else {
    checkBounds(shape, { ...shape, minimum: null, maximum: null }, place);
  }
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

type Bounded = Extract<FieldShape, { readonly maximum: unknown }>;

/** Bounds are values of the type themselves, and its compiled check says whether they are in order. */
function checkBounds(shape: Bounded, unbounded: Bounded, place: Place): void {
  const { minimum, maximum } = shape;
  const areValues = place.isClean(() => {
    for (const [name, bound] of Object.entries({ minimum, maximum })) {
      const [first] = bound === null ? [] : violationsOf(typeOf(unbounded), bound);
      if (first === undefined) continue;
      place.tell(
        `has the ${name} ${shown(bound)}: it ${first.message}`,
        `Write a ${name} of the field's type`,
      );
    }
  });
  if (areValues && minimum !== null && maximum !== null && !isInOrder(shape, minimum)) {
    const stated = `has a minimum (${shown(minimum)}) over its maximum (${shown(maximum)})`;
    place.tell(stated, "Change one of the two");
  }
}

function isInOrder(shape: Bounded, minimum: unknown): boolean {
  return violationsOf(typeOf(shape), minimum).every(({ rule }) => rule !== "maximum");
}

function typeOf(shape: FieldShape): Field {
  return new Field(shape, {}, []);
}
