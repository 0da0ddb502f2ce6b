import { type FrameworkCode, frameworkErrors } from "../errors/codes.ts";
import { errorKinds } from "../errors/kinds.ts";
import type { ApiPlan, VersionPlan } from "../plan/api-plan.ts";
import { type RestRoute, restRoutes } from "../protocols/rest/routes.ts";
import type { Answer, RequestOptions } from "./http.ts";
import { VersionJson } from "./version-json.ts";
import type { Outcome, Way, Wire, WireCall } from "./wire.ts";

/** REST: every version by path and by header, the usual one without a word, and errors as Problem Details. */
export const restWire: Wire = {
  name: "rest",
  ways: (plan) => [
    ...plan.versions.flatMap((version) => [
      way(plan, version, "by path", `/api/v${version.name}`, {}),
      way(plan, version, "by header", "/api", { "api-version": version.name }),
    ]),
    way(plan, plan.defaultVersion, "unsaid", "", {}),
    way(plan, plan.defaultVersion, "problem", "", { accept: "application/problem+json" }),
  ],
  statusOf: (code, kind) => (isFrameworkCode(code) ? frameworkErrors[code].http : errorKinds[kind].http),
};

function isFrameworkCode(code: string): code is FrameworkCode {
  return Object.hasOwn(frameworkErrors, code);
}

function way(
  plan: ApiPlan,
  version: VersionPlan,
  how: string,
  base: string,
  headers: Readonly<Record<string, string>>,
): Way {
  const json = new VersionJson(plan, version);
  return {
    name: `v${version.name} ${how}`,
    version,
    call: async (server, call) => {
      const [route] = restRoutes(call.contract);
      if (route === undefined) throw new TypeError(`${call.contract.plan.id} has no address on REST`);
      const { line, options } = toRequest(route, base, call, json);
      const answer = await server.request(line, { ...options, headers: { ...headers, ...options.headers } });
      return { outcome: toOutcome(answer), status: answer.status, headers: answer.headers };
    },
    shows: ({ contract }, value) => json.answer(contract, value),
    path: ({ contract }, path) => json.path(contract, path),
  };
}

function toRequest(
  route: RestRoute,
  base: string,
  call: WireCall,
  json: VersionJson,
): { readonly line: string; readonly options: RequestOptions } {
  const members = { ...json.input(call.contract, call.input) };
  const path = route.template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = name in members ? members[name] : call.input[name];
    delete members[name];
    return encodeURIComponent(String(value));
  });
  const inBody = route.inputFrom === "body";
  const query = inBody ? "" : toQuery(members);
  const options: RequestOptions = {
    headers: headersOf(call, route.mediaTypes[0]),
    ...(call.bearer === null ? {} : { bearer: call.bearer }),
    ...(inBody ? { json: members } : {}),
  };
  return { line: `${route.method} ${base}${path}${query === "" ? "" : `?${query}`}`, options };
}

function headersOf(
  { contract, input, idempotencyKey }: WireCall,
  mediaType: string | undefined,
): Readonly<Record<string, string>> {
  const { ifVersion } = input;
  return {
    ...(mediaType === undefined ? {} : { "content-type": mediaType }),
    ...(idempotencyKey === null ? {} : { "idempotency-key": `"${idempotencyKey}"` }),
    ...(ifVersion === undefined ? {} : { "if-match": `"${contract.view?.writer.fingerprint}.${ifVersion}"` }),
  };
}

function toQuery(members: Readonly<Record<string, unknown>>): string {
  return Object.entries(members)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((each) => [name, toText(each)]))
    .map((pair) => pair.map((part) => encodeURIComponent(part ?? "")).join("="))
    .join("&");
}

function toText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function toOutcome({ status, json }: Answer): Outcome {
  if (status < 400) return { value: json };
  const { error = json } = json as { readonly error?: unknown };
  const { code, message, detail, details, violations } = error as Readonly<Record<string, never>>;
  const told = message ?? detail ?? "";
  return {
    error: {
      code: code ?? "",
      kind: null,
      message: told,
      details: details ?? null,
      violations: violations ?? null,
    },
  };
}
