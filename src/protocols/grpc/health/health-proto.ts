import { fixedEnum, fixedField, fixedMessage, fixedMethod } from "../model/fixed-proto.ts";
import type { ProtoFile, ProtoMessage } from "../model/proto-file.ts";

const packageName = "grpc.health.v1";
const servingStatus = fixedEnum(`${packageName}.HealthCheckResponse.ServingStatus`, [
  "UNKNOWN",
  "SERVING",
  "NOT_SERVING",
  "SERVICE_UNKNOWN",
]);

export const checkRequest: ProtoMessage = fixedMessage(`${packageName}.HealthCheckRequest`, [
  fixedField("service", 1, "string"),
]);
export const checkResponse: ProtoMessage = fixedMessage(`${packageName}.HealthCheckResponse`, [
  fixedField("status", 1, servingStatus),
]);
export const listRequest: ProtoMessage = fixedMessage(`${packageName}.HealthListRequest`, []);
export const listResponse: ProtoMessage = fixedMessage(`${packageName}.HealthListResponse`, [
  fixedField("statuses", 1, checkResponse, { cardinality: "map", key: "string" }),
]);

/** grpc/health/v1/health.proto, with List (gRFC A90). */
export const healthFile: ProtoFile = {
  path: "grpc/health/v1/health.proto",
  package: packageName,
  description: null,
  messages: [checkRequest, checkResponse, listRequest, listResponse],
  enums: [servingStatus],
  services: [
    {
      fullName: `${packageName}.Health`,
      description: null,
      methods: [
        fixedMethod("Check", checkRequest, checkResponse),
        fixedMethod("List", listRequest, listResponse),
        fixedMethod("Watch", checkRequest, checkResponse, { streamsOutput: true }),
      ],
    },
  ],
};
