import type { Command } from "commander";
import { compileApi } from "../plan/compile.ts";
import { buildSchemas } from "../protocols/graphql/model/build.ts";
import { isInContract } from "../protocols/graphql/model/served.ts";
import type { BoundProto } from "../protocols/grpc/binding/bind-protos.ts";
import { assertUpToDate, grpcContracts } from "./grpc-lock.ts";
import { loadApi } from "./load-api.ts";

/** Adds `fourfold check`. */
export function addCheck(program: Command): void {
  program
    .command("check")
    .description("compile a definition and list every mistake; compare it with its lock")
    .argument("<module>")
    .action(check);
}

async function check(module: string): Promise<void> {
  const plan = compileApi(await loadApi(module));
  buildSchemas(plan, isInContract);
  const contracts = await grpcContracts(plan);
  assertUpToDate(contracts, module);
  const versions = plan.versions.map(({ name }) => name).join(", ");
  const lines = [
    `"${plan.api.name}" is in order: ${plan.operations.length} operations, versions ${versions}`,
    ...contracts.bound.map(describeBound),
    ...(contracts.lock.path === null ? [notPinned] : []),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function describeBound({ place, rpcs, version }: BoundProto): string {
  return `${place} is bound: ${rpcs.length === 1 ? "1 rpc" : `${rpcs.length} rpcs`}, over version ${version.name}`;
}

const notPinned =
  'The numbers of its .proto are not pinned: write lock: new URL("./fourfold.lock.json", import.meta.url) into api(...)';
