import { writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import type { Awaitable } from "../base/awaitable.ts";
import type { ApiPlan, VersionPlan } from "../plan/api-plan.ts";
import { compileApi } from "../plan/compile.ts";
import { buildSchemas } from "../protocols/graphql/model/build.ts";
import { isInContract } from "../protocols/graphql/model/served.ts";
import { protoText } from "../protocols/grpc/model/proto-text.ts";
import { describeOpenApi } from "../protocols/rest/describe/openapi.ts";
import { describeAsyncApi } from "../protocols/websocket/describe/asyncapi.ts";
import { StartError } from "../server/start-error.ts";
import { assertNoneRetyped, grpcContracts } from "./grpc-lock.ts";
import { loadApi } from "./load-api.ts";

/** The text of one version's contract. */
type WriteContract = (plan: ApiPlan, version: VersionPlan) => Awaitable<string>;

const forms: ReadonlyMap<string, WriteContract> = new Map<string, WriteContract>([
  ["openapi", openApi],
  ["asyncapi", asyncApi],
  ["grpc", proto],
  ["graphql", sdl],
]);

/** Adds `fourfold contract`. */
export function addContract(program: Command): void {
  program
    .command("contract")
    .description("write the contract of one version")
    .addOption(new Option("--api-version <name>", "the version; the usual one where it is not stated"))
    .addOption(new Option("--out <file>", "where to; standard output where it is not stated"))
    .argument("<form>", named("or"))
    .argument("<module>")
    .action(writeContract);
}

/** `a, b or c` */
function named(last: string): string {
  const names = [...forms.keys()];
  return `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}

async function writeContract(
  form: string,
  module: string,
  options: { readonly apiVersion?: string; readonly out?: string },
): Promise<void> {
  const write = forms.get(form);
  if (write === undefined)
    throw new StartError(`"${form}" is no contract that can be written yet; there are ${named("and")}`);
  const plan = compileApi(await loadApi(module));
  const name = options.apiVersion ?? plan.defaultVersion.name;
  const version = plan.versions.find((each) => each.name === name);
  if (version === undefined) throw new StartError(`There is no version "${name}"`);
  const text = await write(plan, version);
  if (options.out === undefined) process.stdout.write(text);
  else await writeFile(options.out, text);
}

function openApi(plan: ApiPlan, version: VersionPlan): string {
  return `${JSON.stringify(describeOpenApi({ plan, version, servers: [`/api/v${version.name}`] }), null, 2)}\n`;
}

function asyncApi(plan: ApiPlan, version: VersionPlan): string {
  return `${JSON.stringify(describeAsyncApi({ plan, version }), null, 2)}\n`;
}

async function proto(plan: ApiPlan, version: VersionPlan): Promise<string> {
  const { models, comparison } = await grpcContracts(plan);
  assertNoneRetyped(comparison, "The .proto is not written");
  const model = models.find((each) => each.version === version);
  if (model === undefined) throw new TypeError(`Version ${version.name} was not built`);
  return protoText(model.file);
}

async function sdl(plan: ApiPlan, version: VersionPlan): Promise<string> {
  const model = buildSchemas(plan, isInContract).find((each) => each.version === version);
  if (model === undefined) throw new TypeError(`Version ${version.name} was not built`);
  // The library that prints schemas takes its time to load: only for whoever asks for one.
  const { schemaText } = await import("../protocols/graphql/model/schema-text.ts");
  return schemaText(model);
}
