import type { Api } from "../../define/api.ts";
import { isObject, isOperation, isVersion, listOf, shown } from "./form.ts";
import type { Known } from "./known.ts";
import type { Place } from "./place.ts";
import { suggest } from "./suggestion.ts";

const optionNames = ["version", "methods", "refused", "fields"];

/** Checks the form of what binds .proto files. What the files say is compared with it when they are read. */
export function checkProtos({ options }: Api, place: Place, known: Known): void {
  const protos = place.in("protos");
  for (const [index, stated] of listOf(
    options.protos,
    protos,
    "Write a list of what proto makes",
  ).entries()) {
    const at = protos.item(index);
    if (!isObject(stated) || stated["kind"] !== "proto" || !isObject(stated["options"]))
      at.tell("is of another sort", "Make it with proto(file, options)");
    else {
      checkFile(stated["file"], at);
      at.guard(() => checkOptions(stated["options"], at, known, versionNames(options.versions)));
    }
  }
}

/** A path as text would be looked for in whichever folder the program is started in. */
function checkFile(file: unknown, place: Place): void {
  if (file instanceof URL && file.protocol === "file:") return;
  place.tell("names no URL of a file", 'Write proto(new URL("./user.proto", import.meta.url), ...)');
}

function checkOptions(options: unknown, place: Place, known: Known, versions: readonly string[]): void {
  if (!isObject(options)) return;
  for (const name of Object.keys(options)) {
    if (!optionNames.includes(name))
      place.tell(`has an unknown option "${name}"`, suggest(name, optionNames));
  }
  const { version, methods, refused, fields } = options;
  if (version !== undefined && (typeof version !== "string" || !versions.includes(version)))
    place.tell(`is of the version ${shown(version)}, which there is not`, suggest(String(version), versions));
  if (isObject(methods)) checkMethods(methods, place.in("methods"), known);
  else place.tell("has no methods", 'Write methods: { "UserService.GetUser": User.get }');
  for (const name of listOf(refused, place.in("refused"), 'Write ["UserService.GetUser"]'))
    if (typeof name !== "string")
      place.in("refused").tell(`holds ${shown(name)}`, 'Write names such as "UserService.GetUser"');
  checkFields(fields, place.in("fields"));
}

function checkMethods(methods: Readonly<Record<string, unknown>>, place: Place, known: Known): void {
  for (const [name, stated] of Object.entries(methods)) {
    const at = place.in(name);
    const isBrief = isOperation(stated);
    const operation = isBrief || !isObject(stated) ? stated : stated["operation"];
    if (!isBrief && isObject(stated)) checkFields(stated["fields"], at.in("fields"));
    if (!isOperation(operation))
      at.tell("is no operation", "Name one, such as User.get (a standard method that the resource has)");
    else if (!known.operations.has(operation))
      at.tell(`is the operation "${operation.name}", which is not of this API`, "Add it to operations");
  }
}

function checkFields(fields: unknown, place: Place): void {
  if (fields === undefined) return;
  if (!isObject(fields)) {
    place.tell("are no names", 'Write { user_id: "id" }');
    return;
  }
  for (const [name, meaning] of Object.entries(fields)) {
    if (meaning !== null && (typeof meaning !== "string" || meaning === ""))
      place.in(name).tell(`is ${shown(meaning)}`, 'Write the name that it has here, "*" or null');
  }
}

function versionNames(versions: unknown): readonly string[] {
  return Array.isArray(versions) ? versions.filter(isVersion).map(({ name }) => String(name)) : ["1"];
}
