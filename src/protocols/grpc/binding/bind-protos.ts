import type { ProtoFields, ProtoRpc } from "../../../define/proto.ts";
import type { ApiPlan, VersionPlan } from "../../../plan/api-plan.ts";
import { suggest } from "../../../plan/check/suggestion.ts";
import type { Mistakes } from "../../../plan/mistakes.ts";
import { type IsServed, packageOf } from "../model/build.ts";
import type { ProtoFile, ProtoMethod } from "../model/proto-file.ts";
import { type BoundRpc, bindRpc } from "./bind-rpc.ts";
import { brief, FieldNames } from "./field-names.ts";
import type { ReadProto } from "./read-protos.ts";

/** A .proto whose rpcs call operations. */
export interface BoundProto {
  /** How people know the file: `examples/blog/user.proto`. */
  readonly place: string;
  readonly file: ProtoFile;
  readonly imports: readonly ProtoFile[];
  readonly version: VersionPlan;
  readonly rpcs: readonly BoundRpc[];
}

/** What .proto files are bound with. */
export interface BindOptions {
  readonly plan: ApiPlan;
  readonly isServed: IsServed;
  readonly mistakes: Mistakes;
}

/** Finds the operations of all rpcs. What does not fit is told of, file by file. */
export function bindProtos(protos: readonly ReadProto[], options: BindOptions): readonly BoundProto[] {
  const taken: TakenNames = { services: new Map(), paths: new Map() };
  return protos.map((read) => {
    checkNames(read, taken, options);
    return bindProto(read, options);
  });
}

/** The places of files by what must be of one file only. */
interface TakenNames {
  readonly services: Map<string, string>;
  /** By which reflection knows files. */
  readonly paths: Map<string, string>;
}

/** Two services of one name could not be told apart, nor two files of one path. */
function checkNames(
  { file, place }: ReadProto,
  { services, paths }: TakenNames,
  { plan, mistakes }: BindOptions,
): void {
  const own = ["grpc.health.v1", "grpc.reflection.v1", "grpc.reflection.v1alpha"];
  const taken = [...own, ...plan.versions.map((version) => packageOf(plan, version))];
  if (taken.includes(file.package))
    mistakes.add(
      place,
      `has the package ${file.package}, which is served already`,
      "Give it another package",
    );
  const same = paths.get(file.path) ?? place;
  if (same !== place)
    mistakes.add(
      place,
      `is ${file.path} to others, as ${same} is`,
      `Rename one of the two, or put them into the folders of their packages, such as ${file.package.replaceAll(".", "/")}`,
    );
  paths.set(file.path, place);
  for (const { fullName } of file.services) {
    const other = services.get(fullName);
    if (other !== undefined)
      mistakes.add(place, `has the service ${fullName}, as ${other} has`, "Bind one of the two");
    services.set(fullName, place);
  }
}

function bindProto(read: ReadProto, options: BindOptions): BoundProto {
  const { proto, file, imports } = read;
  const { plan } = options;
  const named = plan.versions.find(({ name }) => name === proto.options.version);
  const version = named ?? plan.defaultVersion;
  const rpcs = new Rpcs(file);
  rpcs.tellUnknown(Object.keys(proto.options.methods), "methods", read, options);
  rpcs.tellUnknown(proto.options.refused ?? [], "refused", read, options);
  const used = new NamesUsed(read, options);
  const bound = rpcs.all.flatMap((rpc) => {
    const stated = statedFor(rpc, read, options);
    if (stated === null) return [];
    const operation = "operation" in stated ? stated.operation : stated;
    const names = new FieldNames(file.package, used.layers("operation" in stated ? stated.fields : null));
    const found = bindRpc({ ...options, ...rpc, operation, names, version, place: read.place });
    used.add(names);
    return found === null ? [] : [found];
  });
  used.tellUnused();
  return { place: read.place, file, imports, version, rpcs: bound };
}

/** An rpc of a file, and the names that it may be stated by. */
export interface Rpc {
  readonly service: string;
  readonly method: ProtoMethod;
  /** `UserService.GetUser` */
  readonly name: string;
  readonly fullName: string;
}

class Rpcs {
  readonly all: readonly Rpc[];

  constructor({ package: packageName, services }: ProtoFile) {
    this.all = services.flatMap(({ fullName: service, methods }) =>
      methods.map((method) => ({
        service,
        method,
        name: `${brief(packageName, service)}.${method.name}`,
        fullName: `${service}.${method.name}`,
      })),
    );
  }

  tellUnknown(
    names: readonly string[],
    option: "methods" | "refused",
    { place }: ReadProto,
    { mistakes }: BindOptions,
  ): void {
    for (const name of names)
      if (!this.all.some((rpc) => rpc.name === name || rpc.fullName === name))
        mistakes.add(
          place,
          `has no rpc ${name}, which ${option} names`,
          suggest(
            name,
            this.all.map((rpc) => rpc.name),
          ),
        );
  }
}

/** What an rpc calls; null where it is refused, or where nobody knows. */
function statedFor(rpc: Rpc, { proto, place }: ReadProto, { mistakes }: BindOptions): ProtoRpc | null {
  const { methods, refused = [] } = proto.options;
  const key = [rpc.fullName, rpc.name].find((name) => Object.hasOwn(methods, name));
  const stated = key === undefined ? null : (methods[key] ?? null);
  const isRefused = refused.includes(rpc.name) || refused.includes(rpc.fullName);
  const at = `${place}, ${rpc.name}`;
  if (stated === null && !isRefused)
    mistakes.add(
      at,
      "calls nothing",
      `Say which operation it calls by methods: { "${rpc.name}": ... }, or refuse it by refused: ["${rpc.name}"]`,
    );
  if (stated !== null && isRefused)
    mistakes.add(at, "is bound and refused", "Leave it out of methods or of refused");
  return isRefused ? null : stated;
}

/** Names that say something of no field are misspelt, most likely. */
class NamesUsed {
  readonly #read: ReadProto;
  readonly #mistakes: Mistakes;
  readonly #all: FieldNames[];
  readonly #ofRpcs: ProtoFields[];

  constructor(read: ReadProto, { mistakes }: BindOptions) {
    this.#read = read;
    this.#mistakes = mistakes;
    this.#all = [];
    this.#ofRpcs = [];
  }

  layers(own: ProtoFields | null): readonly ProtoFields[] {
    const common = this.#read.proto.options.fields ?? {};
    if (own === null) return [common];
    this.#ofRpcs.push(own);
    return [own, common];
  }

  add(names: FieldNames): void {
    this.#all.push(names);
  }

  tellUnused(): void {
    const { proto, place } = this.#read;
    const known = new Set(this.#all.flatMap((names) => [...names.known]));
    for (const fields of [proto.options.fields ?? {}, ...this.#ofRpcs])
      for (const key of Object.keys(fields))
        if (!this.#all.some((names) => names.isUsed(key)))
          this.#mistakes.add(
            place,
            `has no field ${key} in what is bound, of which fields say something`,
            mendUnknown(key, known),
          );
  }
}

/** Files have too many fields to list them all. */
function mendUnknown(key: string, known: ReadonlySet<string>): string {
  const suggested = suggest(key, known);
  return suggested.startsWith("Did you mean") ? suggested : "Name one as Message.field, or leave it out";
}
