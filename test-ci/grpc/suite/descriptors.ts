import { join } from "node:path";
import { createFileRegistry, type FileRegistry, fromBinary } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import protobuf from "protobufjs";
import "protobufjs/ext/descriptor.js";

/** Types of messages from .proto files of a folder; what they import of Google's is there already. */
export async function readProtos(folder: string, files: readonly string[]): Promise<FileRegistry> {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => (target.startsWith("google/protobuf/") ? target : join(folder, target));
  await root.load([...files], { keepCase: true });
  root.resolveAll();
  return createFileRegistry(withAbsoluteNames(root, toDescriptors(root)));
}

/** protobufjs makes one file of each package. */
function toDescriptors(root: protobuf.Root): FileDescriptorSet {
  const set: unknown = Reflect.apply(Reflect.get(root, "toDescriptor"), root, ["proto3"]);
  const type: { encode(message: unknown): protobuf.Writer } = Reflect.get(Object(set), "constructor");
  return fromBinary(FileDescriptorSetSchema, type.encode(set).finish());
}

/** protobufjs leaves out what a file imports, and writes the names of types as they are known where they are used. */
function withAbsoluteNames(root: protobuf.Root, set: FileDescriptorSet): FileDescriptorSet {
  set.file.sort((one, other) => rank(one.package) - rank(other.package));
  for (const [index, file] of set.file.entries()) {
    file.dependency = set.file.slice(0, index).map(({ name }) => name);
    for (const message of file.messageType) resolve(root, file.package, message);
    for (const { method } of file.service)
      for (const each of method) {
        each.inputType = absolute(root, file.package, each.inputType);
        each.outputType = absolute(root, file.package, each.outputType);
      }
  }
  return set;
}

function rank(name: string): number {
  return name.startsWith("google.") ? 0 : 1;
}

function resolve(root: protobuf.Root, scope: string, message: DescriptorProto): void {
  const name = `${scope}.${message.name}`;
  for (const field of message.field) {
    if (field.typeName !== "") field.typeName = absolute(root, name, field.typeName);
    field.jsonName = field.name.replace(/_+(.)/g, (_, letter: string) => letter.toUpperCase());
  }
  for (const nested of message.nestedType) resolve(root, name, nested);
}

function absolute(root: protobuf.Root, scope: string, name: string): string {
  const within = root.lookup(scope);
  const found = within instanceof protobuf.Namespace ? within.lookup(name) : null;
  if (found === null) throw new Error(`${scope} has no ${name}`);
  return found.fullName;
}
