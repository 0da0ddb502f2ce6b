import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";

import type { Invoker } from "../../invoke/invoker.ts";
import { relationsOf } from "../../invoke/relations.ts";
import type { RequestObserver } from "../../observe/request-record.ts";
import type { RequestSeries, SeriesLabels } from "../../observe/request-series.ts";
import type { ApiPlan, VersionPlan } from "../../plan/api-plan.ts";
import type { OperationContract } from "../../plan/operation-contract.ts";
import type { Store } from "../../store/store.ts";
import { Cors, type CorsFields, type CorsOptions } from "../http/cors.ts";
import { assertSameVersion, statedVersion } from "../http/stated-version.ts";
import { OpenStreams } from "./events/open-streams.ts";
import { type IncludableRelation, RestOperation } from "./operation.ts";
import { Router } from "./router.ts";
import { restRoutes } from "./routes.ts";

const corsFields: CorsFields = {
  exposed:
    "etag, location, link, deprecation, sunset, retry-after, ratelimit, ratelimit-policy, x-request-id, idempotency-replayed, accept-patch, allow",
  allowed:
    "accept, accept-language, api-version, authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, request-timeout, traceparent, tracestate, x-request-id",
};

/** What REST is mounted with. */
export interface RestMountOptions {
  readonly plan: ApiPlan;
  readonly invoker: Invoker;
  readonly store: Store | null;
  readonly cors: CorsOptions | null;
  /** Turns what was thrown into what callers may know. */
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
  /** Hears of every request; null where there are neither logs nor metrics. */
  readonly observer: RequestObserver | null;
  /** Gives the counters of an operation. */
  readonly series: (labels: SeriesLabels) => RequestSeries;
}

/** The operations at one address in one version. */
export class Methods {
  readonly operations: Map<string, RestOperation> = new Map();
  /** For `Allow`. */
  allow = "OPTIONS";

  add(operation: RestOperation): void {
    this.operations.set(operation.route.method, operation);
    // RFC 9110 §9.3.2: HEAD is answered as GET is, without the content.
    if (operation.route.method === "GET") this.operations.set("HEAD", operation);
    this.allow = [...this.operations.keys(), "OPTIONS"].join(", ");
  }
}

/** What stands at one address: by version, where the address does not name one. */
export class Place {
  readonly byVersion: Map<string, Methods> = new Map();
  /** Set where the address names the version, and that version. */
  fixed: Methods | null = null;
  version = "";
}

/** REST, mounted: the addresses of all versions, made at start. */
export class RestMount {
  readonly router: Router<Place> = new Router();
  readonly invoker: Invoker;
  readonly cors: Cors | null;
  readonly vary: string;
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
  readonly observer: RequestObserver | null;
  /** Streams that go on until somebody leaves. */
  readonly streams: OpenStreams = new OpenStreams();
  readonly #series: (labels: SeriesLabels) => RequestSeries;
  readonly #plan: ApiPlan;
  readonly #store: Store | null;

  constructor(options: RestMountOptions) {
    this.#plan = options.plan;
    this.#store = options.store;
    this.invoker = options.invoker;
    this.cors = options.cors === null ? null : new Cors(options.cors, corsFields);
    this.vary = ["accept", "accept-encoding", "api-version", ...(this.cors?.varies ? ["origin"] : [])].join(
      ", ",
    );
    this.toApiError = options.toApiError;
    this.observer = options.observer;
    this.#series = options.series;
    for (const version of this.#plan.versions) this.#mountVersion(version);
  }

  /** The operations at a place, in the version that the request asks for. */
  methodsAt(place: Place, stated: string | undefined): Methods {
    if (place.fixed !== null) {
      assertSameVersion(place.version, stated);
      return place.fixed;
    }
    const methods = place.byVersion.get(stated ?? this.#plan.defaultVersion.name);
    if (methods !== undefined) return methods;
    statedVersion(this.#plan, stated);
    throw frameworkError("NOT_FOUND", "There is nothing at this address in this version");
  }

  #mountVersion(version: VersionPlan): void {
    for (const contract of version.contracts) {
      const invocation = this.invoker.invocation(contract.plan.operation);
      if (invocation === null) continue;
      const series = this.#series({ protocol: "rest", operation: contract.plan.id, version: version.name });
      for (const route of restRoutes(contract)) {
        const includable = this.#includable(contract, version);
        for (const base of [`/api/v${version.name}`, "/api", ""]) {
          const operation = new RestOperation({
            contract,
            invocation,
            route,
            base,
            version,
            vary: this.vary,
            authenticates: this.#plan.api.options.authenticate !== undefined,
            includable,
            series,
          });
          this.#place(operation, version.name, base.startsWith("/api/v"));
        }
      }
    }
  }

  #place(operation: RestOperation, version: string, isFixed: boolean): void {
    const place = this.router.place(operation.base + operation.route.template, () => new Place());
    const methods = (isFixed ? place.fixed : place.byVersion.get(version)) ?? new Methods();
    if (isFixed) {
      place.fixed = methods;
      place.version = version;
    } else place.byVersion.set(version, methods);
    methods.add(operation);
  }

  /** The relations of an operation's rows that a version has, under their names there. */
  #includable(
    { outputView }: OperationContract,
    version: VersionPlan,
  ): ReadonlyMap<string, IncludableRelation> {
    if (outputView === null) return new Map();
    const relations = relationsOf(outputView.resource.name, this.#plan, this.#store);
    return new Map(
      relations.flatMap((relation) => {
        const view = version.resources.find(({ resource }) => resource.name === relation.target);
        const owner = version.resources.find(({ resource }) => resource.name === relation.owner);
        const member = owner?.members.find(({ key }) => key === `${relation.field}Id`);
        if (view === undefined || member === undefined) return [];
        const name = relation.many ? relation.name : member.wire.slice(0, -2);
        return [[name, { relation, name, view }] as const];
      }),
    );
  }
}
