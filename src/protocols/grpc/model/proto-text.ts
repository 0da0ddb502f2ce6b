import { typeName } from "./field-plan.ts";
import {
  ProtoEnum,
  type ProtoField,
  type ProtoFile,
  type ProtoMessage,
  type ProtoMethod,
  type ProtoService,
  type Reserved,
} from "./proto-file.ts";
import { importsOf } from "./proto-imports.ts";
import { block, comment, separated } from "./proto-layout.ts";
import { TypeReferences } from "./type-references.ts";

/** Writes a .proto (proto3), laid out as `buf format` has it: services first (AIP-191), then messages and enums as they come. */
export function protoText(file: ProtoFile): string {
  return `${separated(new FileText(file).sections()).join("\n")}\n`;
}

class FileText {
  readonly #file: ProtoFile;
  readonly #references: TypeReferences;
  /** Types by the full name of what they stand in. */
  readonly #messages: Map<string, ProtoMessage[]>;
  readonly #enums: Map<string, ProtoEnum[]>;

  constructor(file: ProtoFile) {
    this.#file = file;
    this.#references = new TypeReferences(file);
    this.#messages = Map.groupBy(file.messages, ({ fullName }) => scopeOf(fullName));
    this.#enums = Map.groupBy(file.enums, ({ fullName }) => scopeOf(fullName));
  }

  sections(): readonly (readonly string[])[] {
    const { package: packageName, description, services } = this.#file;
    return [
      [...comment(description), 'syntax = "proto3";'],
      [`package ${packageName};`],
      importsOf(this.#file).map((path) => `import "${path}";`),
      ...services.map((service) => this.#service(service)),
      ...this.#typesIn(packageName),
    ];
  }

  #typesIn(scope: string): readonly (readonly string[])[] {
    const messages = this.#messages.get(scope) ?? [];
    const enums = this.#enums.get(scope) ?? [];
    return [...messages.map((message) => this.#message(message)), ...enums.map(enumLines)];
  }

  #service({ fullName, description, methods }: ProtoService): readonly string[] {
    const sections = methods.map((method) => this.#method(method, fullName));
    return [...comment(description), ...block(`service ${lastPart(fullName)}`, sections)];
  }

  #method(method: ProtoMethod, scope: string): readonly string[] {
    const input = this.#passed(method.input, method.streamsInput, scope);
    const output = this.#passed(method.output, method.streamsOutput, scope);
    const head = `rpc ${method.name}(${input}) returns (${output})`;
    const options = [
      ...(method.isDeprecated ? ["option deprecated = true;"] : []),
      ...(method.isSafe ? ["option idempotency_level = NO_SIDE_EFFECTS;"] : []),
    ];
    return [
      ...comment(method.description),
      ...(options.length === 0 ? [`${head};`] : block(head, [options])),
    ];
  }

  #passed(type: ProtoMethod["input"], isStream: boolean, scope: string): string {
    return `${isStream ? "stream " : ""}${this.#references.within(scope, typeName(type))}`;
  }

  #message(message: ProtoMessage): readonly string[] {
    const { fullName, description, reserved } = message;
    const sections = [...this.#typesIn(fullName), this.#fields(message), reservedLines(reserved)];
    return [...comment(description), ...block(`message ${lastPart(fullName)}`, sections)];
  }

  /** A oneof stands where its first field does. */
  #fields({ fields, fullName }: ProtoMessage): readonly string[] {
    const groups = Map.groupBy(fields, (field) => field.oneof ?? field);
    return [...groups].flatMap(([oneof, members]) => {
      const lines = members.flatMap((field) => this.#field(field, fullName));
      return typeof oneof === "string" ? block(`oneof ${oneof}`, [lines]) : lines;
    });
  }

  #field(field: ProtoField, scope: string): readonly string[] {
    const { name, number, description } = field;
    const head = `${this.#fieldType(field, scope)} ${name} = ${number}`;
    return [...comment(description), ...withOptions(head, optionsOf(field))];
  }

  #fieldType(field: ProtoField, scope: string): string {
    const { type, cardinality, key = "string" } = field;
    const name = typeof type === "string" ? type : this.#references.within(scope, typeName(type));
    if (cardinality === "map") return `map<${key}, ${name}>`;
    if (cardinality === "packed" || cardinality === "expanded") return `repeated ${name}`;
    return saysOptional(field) ? `optional ${name}` : name;
  }
}

/** Whether values are told from absent ones by the word `optional`: messages and members of a oneof always are. */
function saysOptional({ type, cardinality, oneof }: ProtoField): boolean {
  return (
    cardinality === "explicit" &&
    oneof === undefined &&
    (typeof type === "string" || type instanceof ProtoEnum)
  );
}

/** What a compiler makes of a field's name: `display_name` to `displayName`. */
export function derivedJsonName(name: string): string {
  return name.replace(/_+([^_]?)/g, (_, first: string) => first.toUpperCase());
}

function enumLines({ fullName, values, reserved }: ProtoEnum): readonly string[] {
  const lines = values.map(({ name, number }) => `${name} = ${number};`);
  return block(`enum ${lastPart(fullName)}`, [lines, reservedLines(reserved)]);
}

function optionsOf(field: ProtoField): readonly string[] {
  const { name, jsonName, isDeprecated } = field;
  return [
    ...(isDeprecated ? ["deprecated = true"] : []),
    ...(jsonName === derivedJsonName(name) ? [] : [`json_name = "${jsonName}"`]),
    ...(isUnpacked(field) ? ["packed = false"] : []),
  ];
}

/** A single option stands beside its field, several each on a line. */
function withOptions(head: string, options: readonly string[]): readonly string[] {
  if (options.length === 0) return [`${head};`];
  if (options.length === 1) return [`${head} [${options[0]}];`];
  const lines = options.map((option, index) => `  ${option}${index < options.length - 1 ? "," : ""}`);
  return [`${head} [`, ...lines, "];"];
}

/** Numbers are packed where nothing else is said. */
function isUnpacked({ type, cardinality }: ProtoField): boolean {
  if (cardinality !== "expanded") return false;
  return typeof type === "string" ? type !== "string" && type !== "bytes" : type instanceof ProtoEnum;
}

function reservedLines({ numbers, names }: Reserved): readonly string[] {
  return [
    ...(numbers.length === 0 ? [] : [`reserved ${ranges(numbers).join(", ")};`]),
    ...(names.length === 0 ? [] : [`reserved ${names.map((name) => `"${name}"`).join(", ")};`]),
  ];
}

/** `3, 5 to 7` */
function ranges(numbers: readonly number[]): readonly string[] {
  const found: [number, number][] = [];
  for (const number of [...numbers].sort((one, other) => one - other)) {
    const last = found.at(-1);
    if (last !== undefined && last[1] + 1 === number) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`));
}

function scopeOf(fullName: string): string {
  return fullName.slice(0, fullName.lastIndexOf("."));
}

function lastPart(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(".") + 1);
}
