import { nameWithin } from "./field-plan.ts";
import type { ProtoFile } from "./proto-file.ts";

/** How the types of one file refer to types: as briefly as compilers find the right one. */
export class TypeReferences {
  readonly #package: string;
  /** Everything that names can be looked up in: packages, messages and enums. */
  readonly #known: ReadonlySet<string>;

  constructor({ package: packageName, messages, enums }: ProtoFile) {
    this.#package = packageName;
    const parts = packageName.split(".");
    this.#known = new Set([
      ...parts.map((_, index) => parts.slice(0, index + 1).join(".")),
      ...[...messages, ...enums].map(({ fullName }) => fullName),
    ]);
  }

  /** A type's name as it is written within `scope`, the full name of a message or service. */
  within(scope: string, fullName: string): string {
    const brief = nameWithin(this.#package, fullName);
    const found = this.#lookUp(scope, brief.split(".")[0] ?? "");
    const meant = found === null ? fullName === brief : `${fullName}.`.startsWith(`${found}.`);
    return meant ? brief : `.${fullName}`;
  }

  /** Compilers look a name's first part up from the innermost scope outwards, and stay with what they find. */
  #lookUp(scope: string, first: string): string | null {
    const parts = scope.split(".");
    for (let depth = parts.length; depth >= 0; depth--) {
      const candidate = [...parts.slice(0, depth), first].join(".");
      if (this.#known.has(candidate)) return candidate;
    }
    return null;
  }
}
