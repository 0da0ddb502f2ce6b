import protobuf from "protobufjs";
import type { Api } from "../../../../src/define/api.ts";
import { compileApi } from "../../../../src/plan/compile.ts";
import {
  buildVersions,
  isInContract,
  type VersionModel,
} from "../../../../src/protocols/grpc/model/build.ts";
import type { PackageLock } from "../../../../src/protocols/grpc/model/package-lock.ts";
import type { ProtoMessage } from "../../../../src/protocols/grpc/model/proto-file.ts";
import { protoText } from "../../../../src/protocols/grpc/model/proto-text.ts";

/** The versions of an API, as the contract has them. */
export function build(
  api: Api,
  lock: Readonly<Record<string, PackageLock>> = {},
): readonly [VersionModel, ...VersionModel[]] {
  const [first, ...others] = buildVersions(compileApi(api), lock, isInContract);
  if (first === undefined) throw new Error("There is no version");
  return [first, ...others];
}

/** The message of a short name. */
export function messageOf({ file }: VersionModel, name: string): ProtoMessage {
  const found = file.messages.find(({ fullName }) => fullName === `${file.package}.${name}`);
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found;
}

/** A declaration of the .proto, as it is written: `message User`. */
export function declaration(model: VersionModel, head: string): string {
  const lines = protoText(model.file).split("\n");
  const start = lines.findIndex((line) => line.startsWith(`${head} {`));
  if (start === -1) throw new Error(`There is no ${head}`);
  const end = lines[start]?.endsWith("}") ? start : lines.indexOf("}", start);
  return lines.slice(start, end + 1).join("\n");
}

/** The .proto as protobufjs reads it, with Google's types. */
export function parsed({ file }: VersionModel): protobuf.Root {
  const root = new protobuf.Root();
  for (const name of ["empty", "field_mask", "struct", "timestamp"]) {
    const common = protobuf.common.get(`google/protobuf/${name}.proto`);
    if (common?.nested !== undefined) root.addJSON(common.nested);
  }
  protobuf.parse(protoText(file), root, { keepCase: false });
  root.resolveAll();
  return root;
}
