import { toSnakeCase } from "../base/casing.ts";
import { type ErrorKind, errorKinds } from "../errors/kinds.ts";
import type { ApiPlan, VersionPlan } from "../plan/api-plan.ts";
import { OutputMismatch } from "../plan/codec/codec.ts";
import { readLock } from "../protocols/grpc/lock/read-lock.ts";
import { buildVersions, isInContract, type OperationMethod } from "../protocols/grpc/model/build.ts";
import { ProtoMessage } from "../protocols/grpc/model/proto-file.ts";
import type { Format } from "../protocols/grpc/rpc/message-type.ts";
import {
  type ErrorDetail,
  readErrorDetails,
  readRichStatus,
} from "../protocols/grpc/wire/rich-status-reader.ts";
import { Field } from "../schema/field.ts";
import { NotExpressible, plainMessage, shownAnswer, VersionMessages } from "./grpc-messages.ts";
import { askConnect, askGrpc, askGrpcWeb, type RpcAnswer, type RpcClient } from "./rpc-clients.ts";
import { VersionJson } from "./version-json.ts";
import type { Outcome, Way, Wire, WireCall } from "./wire.ts";

/** gRPC, gRPC-Web and Connect, in every version. */
export const grpcWire: Wire = {
  name: "grpc",
  ways: (plan) =>
    buildVersions(plan, readLock(plan.api).packages, isInContract).flatMap((model) => {
      const { version } = model;
      const parts = { plan, version, messages: new VersionMessages(model) };
      return [
        way(parts, "by gRPC", "proto", askGrpc),
        way(parts, "by gRPC-Web", "proto", askGrpcWeb),
        way(parts, "by Connect", "proto", askConnect("proto")),
        way(parts, "by Connect in JSON", "json", askConnect("json")),
      ];
    }),
  statusOf: (_, kind) => errorKinds[kind].grpc,
};

interface Parts {
  readonly plan: ApiPlan;
  readonly version: VersionPlan;
  readonly messages: VersionMessages;
}

function way({ plan, version, messages }: Parts, how: string, format: Format, ask: RpcClient): Way {
  const json = new VersionJson(plan, version);
  return {
    name: `v${version.name} ${how}`,
    version,
    call: async (server, call) => {
      const model = messages.of(call.contract);
      const message = written(() =>
        messages.request(model)[format].write(messages.toMessage(model, call.input)),
      );
      const path = `/${model.service}/${model.method.name}`;
      const answer = await ask(server, { path, message, headers: headersOf(call) });
      const outcome =
        answer.content === null
          ? toError(plan, answer)
          : {
              value: answerOf(model, messages.response(model)[format].read(answer.content)),
            };
      return { outcome, status: answer.status, headers: answer.headers };
    },
    shows: ({ contract }, value) => shownAnswer(messages.of(contract), value),
    path: ({ contract }, path) =>
      json.path(contract, path).replace(/[A-Za-z0-9]+/g, (name) => toSnakeCase(name)),
  };
}

function answerOf({ method }: OperationMethod, message: unknown): unknown {
  return method.output instanceof ProtoMessage ? plainMessage(message, method.output) : undefined;
}

/** What the codec does not take cannot be said either. */
function written(write: () => Uint8Array): Uint8Array {
  try {
    return write();
  } catch (thrown) {
    throw thrown instanceof OutputMismatch ? new NotExpressible(thrown.message) : thrown;
  }
}

function headersOf({ bearer, idempotencyKey }: WireCall): Readonly<Record<string, string>> {
  return {
    ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
    ...(idempotencyKey === null ? {} : { "idempotency-key": `"${idempotencyKey}"` }),
  };
}

function toError(plan: ApiPlan, { status, message, rich, details }: RpcAnswer): Outcome {
  const all: readonly ErrorDetail[] = rich === null ? details : readRichStatus(rich);
  const { reason, metadata, violations } = readErrorDetails(all);
  const kinds = Object.entries(errorKinds) as readonly (readonly [ErrorKind, { readonly grpc: number }])[];
  return {
    error: {
      code: reason,
      kind: kinds.find(([, { grpc }]) => grpc === status)?.[0] ?? null,
      message,
      details: detailsOf(plan, reason, metadata),
      violations: violations.length === 0 ? null : violations,
    },
  };
}

/** ErrorInfo has texts only: the definition tells what they were. */
function detailsOf(plan: ApiPlan, code: string, metadata: ReadonlyMap<string, string>): unknown {
  const types = plan.errors.find((error) => error.code === code)?.details ?? {};
  const told = [...metadata].filter(([name]) => name !== "id" || types["id"] !== undefined);
  if (told.length === 0) return null;
  return Object.fromEntries(
    told.map(([name, text]) => {
      const type = types[name];
      const isJson =
        type instanceof Field &&
        ["int32", "float", "boolean", "json", "list", "object"].includes(type.shape.kind);
      return [name, isJson ? JSON.parse(text) : text];
    }),
  );
}
