import type { Codec } from "./codec.ts";
import type { Member } from "./member.ts";
import { memberPath, type Violations } from "./violations.ts";

/**
 * How absence and null are taken. `operation`: what is optional may be absent, and null means the same. `row`: the
 * same, and the answer holds null for it. `patch`: absent leaves a member as it is, null clears it (RFC 7396).
 */
export type InputMode = "operation" | "row" | "patch";

/** Which reader of the codecs is meant. */
export type InputForm = keyof Pick<Codec, "fromJson" | "fromText" | "check" | "fromTyped">;

/** Values by key, as handlers get them. */
export type Input = Record<string, unknown>;

/** Reads objects: every member by its own codec, unknown names refused. */
export class ObjectReader {
  readonly members: readonly Member[];
  readonly #mode: InputMode;
  /** The names that the wire has, and those of calls in this process. */
  readonly #wireNames: ReadonlySet<string>;
  readonly #keys: ReadonlySet<string>;
  /** Read-only members: taken and ignored, so that a row can be sent back as it was got (AIP-203). */
  readonly #ignored: ReadonlySet<string>;

  constructor(members: readonly Member[], mode: InputMode, ignored: readonly string[] = []) {
    this.members = members;
    this.#mode = mode;
    this.#wireNames = new Set(members.map(({ wire }) => wire));
    this.#keys = new Set(members.map(({ key }) => key));
    this.#ignored = new Set(ignored);
  }

  read(source: unknown, form: InputForm, path: string, violations: Violations): Input {
    const input: Input = {};
    if (typeof source !== "object" || source === null || Array.isArray(source)) {
      violations.add(path, "type", "must be an object", "Send a JSON object");
      return input;
    }
    const values = source as Readonly<Record<string, unknown>>;
    for (const member of this.members) {
      // Calls in this process go by keys, the wire by its own names.
      const name = form === "check" ? member.key : member.wire;
      this.#readMember(
        member,
        Object.hasOwn(values, name) ? values[name] : undefined,
        form,
        memberPath(path, name),
        input,
        violations,
      );
    }
    // Typed values have been read by their names already.
    if (form === "check") this.#refuseUnknown(values, this.#keys, path, violations);
    else if (form !== "fromTyped") this.#refuseUnknown(values, this.#wireNames, path, violations);
    return input;
  }

  #readMember(
    member: Member,
    value: unknown,
    form: InputForm,
    path: string,
    input: Input,
    violations: Violations,
  ): void {
    const { field, key } = member;
    if (value === undefined && form === "fromTyped" && this.#isNullUnsaid(field)) input[key] = null;
    else if (value === undefined) {
      if (this.#mode !== "patch") this.#fillAbsent(member, path, input, violations);
    } else if (value !== null) {
      const read = member.codec[form] ?? member.codec.check;
      input[key] = (read as Codec["check"])(value, path, violations);
    } else if (field.nullable || (field.optional && this.#mode === "patch")) {
      input[key] = null;
    } else if (field.optional) {
      // Null means the same as absent, the default included.
      this.#fillAbsent(member, path, input, violations);
    } else {
      violations.add(
        path,
        "required",
        "must not be null",
        this.#mode === "patch" ? "Leave it out, or send a value" : "Send a value",
      );
    }
  }

  /** Typed messages have no null: what must be stated and may be null is null where it is absent. */
  #isNullUnsaid({ nullable, optional, default: usual }: Member["field"]): boolean {
    return this.#mode !== "patch" && nullable && !optional && usual === undefined;
  }

  #fillAbsent(member: Member, path: string, input: Input, violations: Violations): void {
    const { field, key } = member;
    if (field.default !== undefined) input[key] = field.default;
    else if (field.optional) input[key] = this.#mode === "row" ? null : undefined;
    else violations.add(path, "required", "is required", `Send ${member.wire}`);
  }

  #refuseUnknown(
    values: Readonly<Record<string, unknown>>,
    known: ReadonlySet<string>,
    path: string,
    violations: Violations,
  ): void {
    for (const name of Object.keys(values)) {
      if (known.has(name) || this.#ignored.has(name)) continue;
      // As good as absent, which no JSON can say otherwise.
      if (values[name] === undefined) continue;
      const shown = name.length > 64 ? `${name.slice(0, 64)}...` : name;
      violations.add(
        memberPath(path, shown),
        "unknownField",
        "is not known here",
        known.size === 0 ? "Leave it out" : `Known are ${[...known].join(", ")}`,
      );
    }
  }
}
