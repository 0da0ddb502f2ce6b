import type { ApiError } from "../../../errors/api-error.ts";
import { errorKinds } from "../../../errors/kinds.ts";
import { MessageTypes } from "../model/shapes.ts";
import type { RpcCall } from "../rpc/call.ts";
import type { RpcMethod } from "../rpc/method.ts";
import { RpcError } from "../wire/rich-status.ts";
import type { FileIndex } from "./file-index.ts";
import type { ReflectionProto } from "./reflection-proto.ts";

/** What reflection is served with. */
export interface ReflectionOptions {
  readonly protos: readonly ReflectionProto[];
  /** Makes the index, the first time that somebody asks. */
  readonly index: () => Promise<FileIndex>;
  /** Refuses callers who may not see what is served, by rejecting; null where everybody may. */
  readonly admit: ((call: RpcCall) => Promise<void>) | null;
}

/** The methods of `grpc.reflection.v1.ServerReflection`, and of v1alpha. */
export function reflectionMethods({ protos, index, admit }: ReflectionOptions): readonly RpcMethod[] {
  const types = new MessageTypes();
  let made: Promise<FileIndex> | null = null;
  const files = async (): Promise<FileIndex> => {
    made ??= index();
    try {
      return await made;
    } catch (thrown) {
      made = null;
      throw thrown;
    }
  };
  return protos.map(({ file, request, response }) => ({
    service: `${file.package}.ServerReflection`,
    name: "ServerReflectionInfo",
    request: types.type(request),
    response: types.type(response),
    isSafe: false,
    series: null,
    kind: "bidi",
    isEndless: true,
    handle: async (call, messages) => {
      await admit?.(call);
      return answers(await files(), messages);
    },
  }));
}

async function* answers(files: FileIndex, messages: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for await (const message of messages) {
    const asked = message as Asked;
    yield { validHost: asked.host ?? "", originalRequest: asked, ...answer(files, asked) };
  }
}

/** One of these is asked for (grpc/reflection/v1/reflection.proto). */
interface Asked {
  readonly host?: string;
  readonly fileByFilename?: string;
  readonly fileContainingSymbol?: string;
  readonly fileContainingExtension?: { readonly containingType: string };
  readonly allExtensionNumbersOfType?: string;
  readonly listServices?: string;
}

function answer(files: FileIndex, asked: Asked): Readonly<Record<string, unknown>> {
  const { fileByFilename: path, fileContainingSymbol: symbol, allExtensionNumbersOfType: type } = asked;
  if (path !== undefined) return toFiles(files.byPath(path), "There is no such file");
  if (symbol !== undefined) return toFiles(files.bySymbol(symbol), "There is no such symbol");
  // proto3 has no extensions but of options, which are not told of.
  if (asked.fileContainingExtension !== undefined) return toFiles(null, "There is no such extension");
  if (type !== undefined)
    return files.hasMessage(type)
      ? { allExtensionNumbersResponse: { baseTypeName: type, extensionNumber: [] } }
      : notFound("There is no such message");
  if (asked.listServices !== undefined)
    return { listServicesResponse: { service: files.services.map((name) => ({ name })) } };
  throw nothingAsked();
}

function toFiles(found: readonly Uint8Array[] | null, otherwise: string): Readonly<Record<string, unknown>> {
  return found === null ? notFound(otherwise) : { fileDescriptorResponse: { fileDescriptorProto: found } };
}

function notFound(errorMessage: string): Readonly<Record<string, unknown>> {
  return { errorResponse: { errorCode: errorKinds.not_found.grpc, errorMessage } };
}

function nothingAsked(): ApiError {
  return new RpcError("invalid_argument", "The request asks for nothing that is known");
}
