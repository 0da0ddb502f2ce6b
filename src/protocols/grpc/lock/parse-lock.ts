import type { Mistakes } from "../../../plan/mistakes.ts";
import {
  FIRST_NUMBER,
  isKept,
  LAST_NUMBER,
  type LockedNumber,
  type LockedNumbers,
  type PackageLock,
} from "../model/package-lock.ts";
import { LOCK_VERSION, type LockFile } from "./lock-file.ts";

type Members = Readonly<Record<string, unknown>>;

/** Reads the text of a lock; what is wrong with it is told to `mistakes`, at `file` and the path within. */
export function parseLock(
  text: string,
  file: string,
  mistakes: Mistakes,
): Pick<LockFile, "packages" | "others"> {
  const nothing = { packages: {}, others: {} };
  const content = parseJson(text, file, mistakes);
  if (content === undefined) return nothing;
  const parser = new LockParser(file, mistakes);
  const members = parser.members(content, "");
  if (members["version"] !== LOCK_VERSION) {
    parser.tellVersion(members["version"]);
    return nothing;
  }
  const { version: _, grpc = {}, ...others } = members;
  const packages = parser.each(grpc, "grpc", (value, at) => parser.package(value, at));
  return { packages, others };
}

function parseJson(text: string, file: string, mistakes: Mistakes): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : "it cannot be read";
    const [message, mend] = /^(<{7}|={7}|>{7})/m.test(text)
      ? ["has the marks of a merge that is not resolved", "Resolve it, and run fourfold lock"]
      : [`is not JSON (${reason})`, "Take the file as it was committed last, and run fourfold lock"];
    mistakes.add(file, message, mend);
    return undefined;
  }
}

/** Takes the file apart, whatever it holds. */
class LockParser {
  readonly #file: string;
  readonly #mistakes: Mistakes;

  constructor(file: string, mistakes: Mistakes) {
    this.#file = file;
    this.#mistakes = mistakes;
  }

  tellVersion(version: unknown): void {
    const isNewer = typeof version === "number" && version > LOCK_VERSION;
    const mend = isNewer ? "Use the fourfold that wrote it" : `Write "version": ${LOCK_VERSION}`;
    this.#tell("version", `is ${JSON.stringify(version)}, and this fourfold knows ${LOCK_VERSION}`, mend);
  }

  package(value: unknown, at: string): PackageLock {
    const { messages = {}, enums = {} } = this.members(value, at);
    const numbers = (isField: boolean) => (each: unknown, place: string) =>
      this.#numbers(each, place, isField);
    return {
      messages: this.each(messages, `${at}.messages`, numbers(true)),
      enums: this.each(enums, `${at}.enums`, numbers(false)),
    };
  }

  /** Each member of an object. */
  each<T>(value: unknown, at: string, read: (value: unknown, at: string) => T): Readonly<Record<string, T>> {
    const members = Object.entries(this.members(value, at));
    return Object.fromEntries(members.map(([name, member]) => [name, read(member, `${at}.${name}`)]));
  }

  members(value: unknown, at: string): Members {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
    this.#tell(at, "is no object", restore);
    return {};
  }

  #numbers(value: unknown, at: string, isField: boolean): LockedNumbers {
    const { numbers = {}, removed = {} } = this.members(value, at);
    const read = (each: unknown, place: string): LockedNumber => this.#number(each, place, isField);
    const found = {
      numbers: this.each(numbers, `${at}.numbers`, read),
      removed: this.each(removed, `${at}.removed`, read),
    };
    this.#tellTwice(found, at);
    return found;
  }

  #number(value: unknown, at: string, isField: boolean): LockedNumber {
    if (!/^[A-Za-z_]\w*$/.test(at.slice(at.lastIndexOf(".") + 1)))
      this.#tell(at, "is no name of a .proto", restore);
    const { number, type } = isField ? this.members(value, at) : { number: value, type: "" };
    if (typeof type !== "string") this.#tell(`${at}.type`, "is no text", restore);
    const last = isField ? LAST_NUMBER : 2_147_483_647;
    const isNumber = typeof number === "number" && Number.isInteger(number);
    if (isNumber && number >= FIRST_NUMBER && number <= last && !(isField && isKept(number)))
      return { number, type: String(type) };
    this.#tell(
      isField ? `${at}.number` : at,
      `is ${JSON.stringify(number)}, which is no number from ${FIRST_NUMBER} to ${last}${isField ? " outside of 19000 to 19999" : ""}`,
      restore,
    );
    return { number: FIRST_NUMBER, type: String(type) };
  }

  /** Two branches that each take the next number merge without a conflict. */
  #tellTwice({ numbers, removed }: LockedNumbers, at: string): void {
    const names = new Map<number, string>();
    for (const [name, { number }] of [...Object.entries(numbers), ...Object.entries(removed)]) {
      const other = names.get(number);
      if (other !== undefined)
        this.#tell(
          at,
          `has the number ${number} for both ${other} and ${name}`,
          `Delete the line of the one that no client has yet, and run fourfold lock`,
        );
      names.set(number, name);
    }
    for (const name of Object.keys(numbers))
      if (Object.hasOwn(removed, name))
        this.#tell(at, `has ${name} both in numbers and in removed`, "Delete it from removed");
  }

  #tell(at: string, message: string, mend: string): void {
    this.#mistakes.add(at === "" ? this.#file : `${this.#file}, ${at}`, message, mend);
  }
}

const restore = "Restore it as it was committed last";
