import type { ProtoFile } from "../model/proto-file.ts";
import { importsOf } from "../model/proto-imports.ts";
import { describeFile, scopeOf } from "./describe-file.ts";

/** The files that a server can tell of. Made when they are first asked for, which on most servers is never. */
export class FileIndex {
  /** Services that are served, in order. */
  readonly services: readonly string[];
  readonly #files: Map<string, ProtoFile>;
  /** The files of all names: services, methods, messages, fields, oneofs, enums and their values. */
  readonly #symbols: Map<string, string>;
  readonly #messages: Set<string>;
  readonly #described: Map<string, Uint8Array>;

  /** `served`: those whose services are; `others`: what they import. */
  constructor(served: readonly ProtoFile[], others: readonly ProtoFile[]) {
    this.services = served.flatMap(({ services }) => services.map(({ fullName }) => fullName)).sort();
    this.#files = new Map();
    this.#symbols = new Map();
    this.#messages = new Set();
    this.#described = new Map();
    for (const file of [...served, ...others]) {
      if (this.#files.has(file.path)) continue;
      this.#files.set(file.path, file);
      for (const name of namesIn(file)) this.#symbols.set(name, file.path);
      for (const { fullName } of file.messages) this.#messages.add(fullName);
    }
  }

  /** The file with this path and all that it imports, itself first, each an encoded FileDescriptorProto; null where there is none. */
  byPath(path: string): readonly Uint8Array[] | null {
    if (!this.#files.has(path)) return null;
    const paths = new Set([path]);
    // A set is gone through to its end, whatever is added meanwhile.
    for (const each of paths) {
      const file = this.#files.get(each);
      for (const imported of file === undefined ? [] : importsOf(file)) paths.add(imported);
    }
    return [...paths].flatMap((each) => this.#describe(each));
  }

  /** The file that declares a name. */
  bySymbol(name: string): readonly Uint8Array[] | null {
    const path = this.#symbols.get(name);
    return path === undefined ? null : this.byPath(path);
  }

  hasMessage(name: string): boolean {
    return this.#messages.has(name);
  }

  #describe(path: string): readonly Uint8Array[] {
    const known = this.#described.get(path);
    if (known !== undefined) return [known];
    const file = this.#files.get(path);
    if (file === undefined) return [];
    const described = describeFile(file);
    this.#described.set(path, described);
    return [described];
  }
}

function namesIn({ messages, enums, services }: ProtoFile): readonly string[] {
  return [
    ...services.flatMap(({ fullName, methods }) => [
      fullName,
      ...methods.map(({ name }) => `${fullName}.${name}`),
    ]),
    ...messages.flatMap(({ fullName, fields }) => [
      fullName,
      ...fields
        .flatMap(({ name, oneof }) => (oneof === undefined ? [name] : [name, oneof]))
        .map((name) => `${fullName}.${name}`),
    ]),
    // Values of an enum stand beside it.
    ...enums.flatMap(({ fullName, values }) => [
      fullName,
      ...values.map(({ name }) => [scopeOf(fullName), name].filter((part) => part !== "").join(".")),
    ]),
  ];
}
