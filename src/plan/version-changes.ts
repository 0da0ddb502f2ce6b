import type { AnyOperation, AnyResource, FieldReference } from "../define/definition.ts";
import type { Conversion, Version } from "../define/version.ts";
import { keyOf } from "../schema/key-of.ts";

/** How one version of the contract differs from today's definition, to be asked by name. */
export class VersionChanges {
  readonly version: string;
  readonly #names = new Map<string, string>();
  readonly #conversions = new Map<string, Conversion>();
  readonly #absentFields = new Set<string>();
  readonly #absentResources = new Set<AnyResource>();
  readonly #absentOperations = new Set<AnyOperation>();

  constructor(version: Version) {
    this.version = version.name;
    for (const [reference, name] of version.options.renamed ?? []) {
      // A renamed reference keeps its ending: `author` renamed to `writer` is `writerId`.
      this.#names.set(fieldId(reference), keyOf(name, reference.field));
    }
    for (const [reference, conversion] of version.options.converted ?? []) {
      this.#conversions.set(fieldId(reference), conversion);
    }
    for (const absent of version.options.absent ?? []) this.#addAbsent(absent);
  }

  isAbsent(resource: string, field: string): boolean {
    return this.#absentFields.has(`${resource}.${field}`);
  }

  /** The name on the wire, where it is not today's. */
  wireName(resource: string, field: string): string | null {
    return this.#names.get(`${resource}.${field}`) ?? null;
  }

  conversion(resource: string, field: string): Conversion | null {
    return this.#conversions.get(`${resource}.${field}`) ?? null;
  }

  hasResource(resource: AnyResource): boolean {
    return !this.#absentResources.has(resource);
  }

  hasOperation(operation: AnyOperation): boolean {
    if (operation.on !== null && this.#absentResources.has(operation.on)) return false;
    return !this.#absentOperations.has(operation);
  }

  #addAbsent(absent: FieldReference | AnyOperation | AnyResource): void {
    if (absent.kind === "field") this.#absentFields.add(fieldId(absent));
    else if (absent.kind === "resource") this.#absentResources.add(absent);
    else this.#absentOperations.add(absent);
  }
}

function fieldId({ resource, name }: FieldReference): string {
  return `${resource}.${name}`;
}
