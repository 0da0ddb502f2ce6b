import type { ApiPlan, VersionPlan } from "../plan/api-plan.ts";
import { NotExpressible } from "./grpc-messages.ts";
import type { TestServer } from "./start.ts";
import { VersionJson } from "./version-json.ts";
import type { Outcome, Way, Wire, WireCall } from "./wire.ts";

/** Calls over WebSocket (docs/PROTOCOL.md): every version by path, the usual one without a word and in a batch. */
export const websocketWire: Wire = {
  name: "websocket",
  ways: (plan) =>
    plan.versions.flatMap((version) => [
      way(plan, version, "by path", `/api/v${version.name}/rpc`, false),
      ...(version === plan.defaultVersion ? [way(plan, version, "unsaid, in a batch", "/rpc", true)] : []),
    ]),
  // Calls have no status: errors say what they are by code and kind.
  statusOf: () => null,
};

function way(plan: ApiPlan, version: VersionPlan, how: string, path: string, isBatched: boolean): Way {
  const json = new VersionJson(plan, version);
  return {
    name: `v${version.name} ${how}`,
    version,
    call: async (server, call) => {
      if (call.contract.plan.operation.sort === "subscription") throw new NotExpressible("a stream");
      const answer = await ask(server, path, call, toParams(json, call), isBatched);
      return { outcome: toOutcome(answer, call), status: null, headers: {} };
    },
    shows: ({ contract }, value) => json.answer(contract, value),
    path: ({ contract }, stated) => json.path(contract, stated),
  };
}

function toParams(json: VersionJson, { contract, input }: WireCall): Readonly<Record<string, unknown>> {
  const { id, ifVersion } = input;
  return {
    ...json.input(contract, input),
    ...(contract.input.takesId ? { id } : {}),
    ...(ifVersion === undefined ? {} : { ifVersion }),
  };
}

/** An answer of JSON-RPC. */
interface RpcAnswer {
  readonly id: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly data: Readonly<Record<string, never>> };
}

/** Opens a socket for one call: says who calls, calls, and closes it. */
async function ask(
  { origin }: TestServer,
  path: string,
  { contract, bearer, idempotencyKey }: WireCall,
  params: object,
  isBatched: boolean,
): Promise<RpcAnswer> {
  const socket = new WebSocket(`${origin.replace(/^http/, "ws")}${path}`, "fourfold.jsonrpc.v1");
  const answers = new Map<unknown, PromiseWithResolvers<RpcAnswer>>();
  const expect = (id: string): Promise<RpcAnswer> => {
    const answer = Promise.withResolvers<RpcAnswer>();
    answers.set(id, answer);
    return answer.promise;
  };
  socket.onmessage = ({ data }) => {
    const message: RpcAnswer | readonly RpcAnswer[] = JSON.parse(String(data));
    for (const each of [message].flat()) answers.get(each.id)?.resolve(each);
  };
  socket.onclose = ({ code }) => {
    for (const answer of answers.values()) answer.reject(new Error(`The socket closed with ${code}`));
  };
  const send = (request: object): void => {
    const message = { jsonrpc: "2.0", ...request };
    socket.send(JSON.stringify(isBatched ? [message] : message));
  };
  try {
    await opened(socket);
    if (bearer !== null) {
      send({ id: "who", method: "$/authenticate", params: { token: bearer } });
      const known = await expect("who");
      if (known.error !== undefined) return known;
    }
    const meta = idempotencyKey === null ? {} : { meta: { idempotencyKey } };
    send({ id: "call", method: contract.plan.id, params, ...meta });
    return await expect("call");
  } finally {
    socket.close();
  }
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error("The socket did not open"));
  });
}

function toOutcome({ error, result }: RpcAnswer, { contract }: WireCall): Outcome {
  if (error === undefined) return { value: contract.write === null ? undefined : result };
  const { code, kind, details, violations } = error.data;
  return {
    error: {
      code: code ?? "",
      kind: kind ?? null,
      message: error.message,
      details: details ?? null,
      violations: violations ?? null,
    },
  };
}
