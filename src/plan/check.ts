import type { Api } from "../define/api.ts";
import type { AnyOperation, AnyResource } from "../define/definition.ts";
import type { AnyErrorDefinition } from "../errors/error.ts";
import { checkApi } from "./check/api.ts";
import { checkChannel } from "./check/channel.ts";
import { checkOnce, checkOperationNames, checkResourceNames } from "./check/duplicates.ts";
import { checkErrorDefinitions } from "./check/errors.ts";
import {
  called,
  isChannel,
  isErrorDefinition,
  isField,
  isObject,
  isOperation,
  isResource,
  isVersion,
  listOf,
} from "./check/form.ts";
import type { Known } from "./check/known.ts";
import { checkOperation } from "./check/operation.ts";
import { Place } from "./check/place.ts";
import { checkProtos } from "./check/protos.ts";
import { checkRelations } from "./check/relations.ts";
import { checkResource } from "./check/resource.ts";
import { checkVersion } from "./check/version.ts";
import { Mistakes } from "./mistakes.ts";

/**
 * Finds every mistake of a definition. Takes whatever plain JavaScript may state, and never throws: what has not even the
 * form of a definition is a mistake too.
 */
export function checkDefinition(api: Api): Mistakes {
  const mistakes = new Mistakes();
  const place = new Place(mistakes, "api");
  place.guard(() => {
    if (isObject(api) && isObject(api.options)) checkParts(api, place);
    else place.tell("is not an API", "Make it with api(name, options)");
  });
  return mistakes;
}

function checkParts(api: Api, place: Place): void {
  const { options } = api;
  place.guard(() => checkApi(api, place));
  const resources = partsOf(options.resources, isResource, place.in("resources"), "resource(name, options)");
  const operations = partsOf(
    options.operations,
    isOperation,
    place.in("operations"),
    "query, command or subscription",
  );
  const channels = partsOf(options.channels, isChannel, place.in("channels"), "channel(path, options)");
  const versions = partsOf(options.versions, isVersion, place.in("versions"), "version(name, options)");
  const known = toKnown(resources, operations);
  checkEach(
    resources,
    place,
    ({ name }) => called(name, "resource"),
    (each, at) => checkResource(each, at, known),
  );
  place.guard(() => checkResourceNames(resources, place));
  place.guard(() => checkRelations(known, place));
  checkEach(
    operations,
    place,
    ({ name }) => called(name, "operation"),
    (each, at) => checkOperation(each, at, known),
  );
  place.guard(() => checkOperationNames(operations, place));
  checkEach(
    channels,
    place,
    ({ path }) => channelName(path),
    (each, at) => checkChannel(each, at, known),
  );
  checkOnce(
    channels.map(({ path }) => String(path)),
    "path",
    (path) => place.other(channelName(path)),
  );
  checkEach(
    versions,
    place,
    ({ name }) => versionName(name),
    (each, at) => checkVersion(each, at, known),
  );
  checkOnce(
    versions.map(({ name }) => String(name)),
    "name",
    (name) => place.other(versionName(name)),
  );
  place.guard(() => checkProtos(api, place, known));
  place.guard(() => checkErrorDefinitions(errorsOf(api, resources, operations), place));
}

function channelName(path: unknown): string {
  return `channel ${called(path, "")}`;
}

function versionName(name: unknown): string {
  return `version ${called(name, "")}`;
}

/** The parts that have the form of what they should be; the others are told of. */
function partsOf<T>(
  stated: unknown,
  isPart: (value: unknown) => value is T,
  place: Place,
  maker: string,
): readonly T[] {
  const parts = listOf(stated, place, `Write a list of what ${maker} makes`);
  for (const [index, part] of parts.entries()) {
    if (!isPart(part)) place.item(index).tell("is of another sort", `Make it with ${maker}`);
  }
  return parts.filter(isPart);
}

/** What cannot be read of one part does not hide the mistakes of the others. */
function checkEach<T>(
  parts: readonly T[],
  place: Place,
  nameOf: (part: T) => string,
  check: (part: T, place: Place) => void,
): void {
  for (const part of new Set(parts)) {
    place.guard(() => {
      const at = place.other(nameOf(part));
      at.guard(() => check(part, at));
    });
  }
}

function toKnown(resources: readonly AnyResource[], operations: readonly AnyOperation[]): Known {
  const standard = resources.flatMap(({ definition }) => Object.values(definition.operations));
  const byName = new Map<string, AnyResource>();
  // The first of a name is the one that is meant.
  for (const resource of resources) if (!byName.has(resource.name)) byName.set(resource.name, resource);
  return { resources: byName, operations: new Set([...standard.filter(isOperation), ...operations]) };
}

function errorsOf(
  { options }: Api,
  resources: readonly AnyResource[],
  operations: readonly AnyOperation[],
): ReadonlySet<AnyErrorDefinition> {
  const all = [...operations, ...resources.flatMap(({ definition }) => Object.values(definition.operations))];
  const found: readonly unknown[] = [
    ...(Array.isArray(options.errors) ? options.errors : []),
    ...all.flatMap((operation) => (Array.isArray(operation?.errors) ? operation.errors : [])),
    ...resources.map(({ definition }) => definition.notFound),
    ...resources.flatMap(({ definition }) =>
      isObject(definition.fields)
        ? Object.values(definition.fields).map((field) => (isField(field) ? field.unique : null))
        : [],
    ),
  ];
  return new Set(found.filter(isErrorDefinition));
}
