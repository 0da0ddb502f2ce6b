import { ApiError } from "../../../errors/api-error.ts";
import type { Input } from "../../../plan/codec/object-reader.ts";
import { ListReader } from "../../../plan/input-reader.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import type { Arguments } from "./schema-types.ts";

/** Reads the arguments of an operation's field. Absence is not null: what is not stated in a change stays as it is. */
export function operationReader(contract: OperationContract): (values: Arguments) => Input {
  const { input } = contract;
  if (contract.plan.output === "page") return (values) => input.read(toList(values), "fromJson", undefined);
  if (!input.takesId) return (values) => input.read(values, "fromJson", undefined);
  if (contract.plan.operation.sort === "query" && input.members.length === 0)
    return ({ id }) => input.read(nothing, "fromJson", id);
  return (values) => {
    const { id, ifVersion, ...members } = values;
    const read = input.read(members, "fromJson", id);
    if (typeof ifVersion === "number") read["ifVersion"] = ifVersion;
    return read;
  };
}

/** What an operation has that takes an id alone. */
const nothing: Arguments = {};

/** Reads the arguments of a field that lists related rows. */
export function relatedReader(view: ResourceView): (values: Arguments) => Input {
  let reader: ListReader | null = null;
  return (values) => {
    reader ??= new ListReader(view);
    return reader.read(toList(values), "fromJson");
  };
}

function toList({ first, after, ...others }: Arguments): Arguments {
  // The smallest page there is: what of it goes out is for `toPageRows` to say. A size of 0 means the usual one elsewhere.
  const pageSize = first === 0 ? 1 : first;
  return { ...others, ...stated("pageSize", pageSize), ...stated("pageToken", after) };
}

function stated(name: string, value: unknown): Arguments {
  return value === undefined || value === null ? {} : { [name]: value };
}

const argumentNames: ReadonlyMap<string, string> = new Map([
  ["pageSize", "first"],
  ["pageToken", "after"],
]);

/** The same error, with `first` and `after` as they are called here. */
export function inListTerms(error: ApiError): ApiError {
  if (error.violations === null || !error.violations.some(({ path }) => argumentNames.has(path)))
    return error;
  const violations = error.violations.map((violation) => ({
    ...violation,
    path: argumentNames.get(violation.path) ?? violation.path,
  }));
  const message = error.message.replace(
    /^(pageSize|pageToken)(?=: )/,
    (path) => argumentNames.get(path) ?? path,
  );
  return new ApiError(error.code, error.kind, message, {
    http: error.http,
    violations,
    ...(error.details === null ? {} : { details: error.details }),
  });
}
