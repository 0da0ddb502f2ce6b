import type protobuf from "protobufjs";
import type { ProtoFile, ProtoMethod, ProtoService } from "../model/proto-file.ts";
import type { ParsedTypes } from "./parsed-types.ts";
import { parser } from "./parser.ts";

/** A file that protobufjs has parsed. */
export class ParsedFile {
  readonly path: string;
  readonly package: string;
  readonly imports: readonly string[];
  readonly #declared: readonly protobuf.ReflectionObject[];

  constructor(
    path: string,
    packageName: string,
    imports: readonly string[],
    declared: readonly protobuf.ReflectionObject[],
  ) {
    this.path = path;
    this.package = packageName;
    this.imports = imports;
    this.#declared = declared;
  }

  /** `files`: those that were found; others that it imports are of options only. */
  toProtoFile(types: ParsedTypes, files: ReadonlyMap<string, ParsedFile>): ProtoFile {
    const { path, package: packageName } = this;
    const own = this.#declared;
    return {
      path,
      package: packageName,
      description: null,
      imports: this.imports.filter((each) => files.has(each) || parser.common.get(each) !== null),
      messages: own.filter((each) => each instanceof parser.Type).map((each) => types.message(each)),
      enums: own.filter((each) => each instanceof parser.Enum).map((each) => types.enum(each)),
      services: own.filter((each) => each instanceof parser.Service).map((each) => toService(each, types)),
    };
  }
}

/** Everything that is declared in a namespace, what stands within other things after them. */
export function declaredIn(namespace: protobuf.NamespaceBase): readonly protobuf.ReflectionObject[] {
  return namespace.nestedArray.flatMap((each) =>
    each instanceof parser.Namespace || each instanceof parser.Type ? [each, ...declaredIn(each)] : [each],
  );
}

function toService(service: protobuf.Service, types: ParsedTypes): ProtoService {
  return {
    fullName: service.fullName.slice(1),
    description: service.comment,
    methods: service.methodsArray.map((method) => toMethod(method, types)),
  };
}

function toMethod(method: protobuf.Method, types: ParsedTypes): ProtoMethod {
  const { resolvedRequestType: input, resolvedResponseType: output } = method;
  if (input === null || output === null) throw new TypeError(`${method.fullName} is not resolved`);
  return {
    name: method.name,
    input: types.passed(input),
    output: types.passed(output),
    streamsInput: method.requestStream === true,
    streamsOutput: method.responseStream === true,
    isSafe: method.options?.["idempotency_level"] === "NO_SIDE_EFFECTS",
    description: method.comment,
    isDeprecated: method.options?.["deprecated"] === true,
  };
}
