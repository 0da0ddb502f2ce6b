import { fixedField, fixedMessage, fixedMethod } from "../model/fixed-proto.ts";
import type { ProtoFile, ProtoMessage } from "../model/proto-file.ts";
import type { ReflectionVersion } from "./versions.ts";

/** grpc/reflection/v1/reflection.proto, and that of v1alpha. */
export interface ReflectionProto {
  readonly file: ProtoFile;
  readonly request: ProtoMessage;
  readonly response: ProtoMessage;
}

export function reflectionProto(version: ReflectionVersion): ReflectionProto {
  const packageName = `grpc.reflection.${version}`;
  const message = (name: string, ...fields: Parameters<typeof fixedField>[]): ProtoMessage =>
    fixedMessage(
      `${packageName}.${name}`,
      fields.map((field) => fixedField(...field)),
    );
  const asked = { cardinality: "explicit", oneof: "message_request" } as const;
  const told = { cardinality: "explicit", oneof: "message_response" } as const;
  const extensionRequest = message(
    "ExtensionRequest",
    ["containing_type", 1, "string"],
    ["extension_number", 2, "int32"],
  );
  const request = message(
    "ServerReflectionRequest",
    ["host", 1, "string"],
    ["file_by_filename", 3, "string", asked],
    ["file_containing_symbol", 4, "string", asked],
    ["file_containing_extension", 5, extensionRequest, asked],
    ["all_extension_numbers_of_type", 6, "string", asked],
    ["list_services", 7, "string", asked],
  );
  const files = message("FileDescriptorResponse", [
    "file_descriptor_proto",
    1,
    "bytes",
    { cardinality: "expanded" },
  ]);
  const numbers = message(
    "ExtensionNumberResponse",
    ["base_type_name", 1, "string"],
    ["extension_number", 2, "int32", { cardinality: "packed" }],
  );
  const service = message("ServiceResponse", ["name", 1, "string"]);
  const services = message("ListServiceResponse", ["service", 1, service, { cardinality: "expanded" }]);
  const error = message("ErrorResponse", ["error_code", 1, "int32"], ["error_message", 2, "string"]);
  const response = message(
    "ServerReflectionResponse",
    ["valid_host", 1, "string"],
    ["original_request", 2, request],
    ["file_descriptor_response", 4, files, told],
    ["all_extension_numbers_response", 5, numbers, told],
    ["list_services_response", 6, services, told],
    ["error_response", 7, error, told],
  );
  const method = fixedMethod("ServerReflectionInfo", request, response, {
    streamsInput: true,
    streamsOutput: true,
  });
  return {
    file: {
      path: `grpc/reflection/${version}/reflection.proto`,
      package: packageName,
      description: null,
      messages: [request, extensionRequest, response, files, numbers, services, service, error],
      enums: [],
      services: [{ fullName: `${packageName}.ServerReflection`, description: null, methods: [method] }],
    },
    request,
    response,
  };
}
