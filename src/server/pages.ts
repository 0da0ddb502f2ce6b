import type { JsonObject } from "../base/json.ts";
import { HeadBlock } from "../net/head-block.ts";
import { type Metrics, metricsContentType } from "../observe/metrics.ts";
import type { ApiPlan, VersionPlan } from "../plan/api-plan.ts";
import type { PageHandler } from "./fixed-page.ts";
import { dualPage, fixedPage, htmlPage, respondPage } from "./fixed-page.ts";
import type { Siblings } from "./siblings.ts";

/** Makes the documents of an API at first asking: a server that nobody asks for them never makes them. */
export function documentPages(plan: ApiPlan): ReadonlyMap<string, PageHandler> {
  const pages = new Map<string, PageHandler>();
  for (const version of plan.versions) {
    pages.set(
      `/api/v${version.name}/openapi.json`,
      lazily(() => openApiPage(plan, version)),
    );
    pages.set(
      `/api/v${version.name}/asyncapi.json`,
      lazily(() => asyncApiPage(plan, version)),
    );
    pages.set(
      `/docs/v${version.name}`,
      lazily(() => docs(plan, version)),
    );
  }
  pages.set("/openapi.json", negotiated(plan, openApiPage));
  pages.set("/asyncapi.json", negotiated(plan, asyncApiPage));
  pages.set(
    "/docs",
    lazily(() => docs(plan, plan.defaultVersion)),
  );
  pages.set(
    "/errors",
    lazily(() => errorIndexPage(plan)),
  );
  return pages;
}

/** The pages at `/errors/{CODE}`, by path. */
export async function errorCodePages(plan: ApiPlan): Promise<ReadonlyMap<string, PageHandler>> {
  const { errorPages } = await import("../protocols/rest/docs/error-pages.ts");
  return new Map([...errorPages(plan)].map(([code, page]) => [`/errors/${code}`, dualPage(page)]));
}

/** `/metrics` in Prometheus' text format, of all processes that serve. */
export function metricsPage(metrics: Metrics, siblings: Siblings | null): PageHandler {
  const block = new HeadBlock(200, ["content-type", metricsContentType, "cache-control", "no-store"]);
  const text = siblings === null ? () => metrics.text() : () => textOfAll(metrics, siblings);
  return async (exchange) => respondPage(exchange, block, await text());
}

async function textOfAll(metrics: Metrics, siblings: Siblings): Promise<string> {
  const [{ writeReports }, own] = await Promise.all([import("../observe/prom-reports.ts"), metrics.report()]);
  return writeReports(await siblings.reports(own));
}

/** The contract of one version. */
type ContractPage = (plan: ApiPlan, version: VersionPlan) => Promise<PageHandler>;

/** `/openapi.json` and the like are of the version that `API-Version` names, or of the usual one. */
function negotiated(plan: ApiPlan, page: ContractPage): PageHandler {
  const pages = plan.versions.map((version) => [version.name, lazily(() => page(plan, version))] as const);
  const byVersion = new Map(pages);
  const usual = byVersion.get(plan.defaultVersion.name) ?? lazily(() => page(plan, plan.defaultVersion));
  return (exchange) => (byVersion.get(exchange.request.header("api-version") ?? "") ?? usual)(exchange);
}

async function describe(plan: ApiPlan, version: VersionPlan): Promise<JsonObject> {
  const { describeOpenApi } = await import("../protocols/rest/describe/openapi.ts");
  return describeOpenApi({ plan, version, servers: [`/api/v${version.name}`] });
}

async function openApiPage(plan: ApiPlan, version: VersionPlan): Promise<PageHandler> {
  return fixedPage("application/json", JSON.stringify(await describe(plan, version)), contractFields);
}

async function asyncApiPage(plan: ApiPlan, version: VersionPlan): Promise<PageHandler> {
  const { asyncApiType, describeAsyncApi } = await import("../protocols/websocket/describe/asyncapi.ts");
  return fixedPage(asyncApiType, JSON.stringify(describeAsyncApi({ plan, version })), contractFields);
}

const contractFields: readonly string[] = ["vary", "api-version", "access-control-allow-origin", "*"];

async function docs(plan: ApiPlan, version: VersionPlan): Promise<PageHandler> {
  const { docsPage } = await import("../protocols/rest/docs/docs-page.ts");
  const versions = plan.versions.map(({ name, deprecated }) => ({
    name,
    docsUrl: `/docs/v${name}`,
    openApiUrl: `/api/v${name}/openapi.json`,
    asyncApiUrl: `/api/v${name}/asyncapi.json`,
    deprecated: deprecated !== null,
  }));
  const title = plan.api.options.title ?? plan.api.name;
  return htmlPage(
    docsPage({ title, document: await describe(plan, version), version: version.name, versions, origin: "" }),
  );
}

async function errorIndexPage(plan: ApiPlan): Promise<PageHandler> {
  const { errorIndex } = await import("../protocols/rest/docs/error-pages.ts");
  return dualPage(errorIndex(plan));
}

function lazily(make: () => Promise<PageHandler>): PageHandler {
  let page: Promise<PageHandler> | null = null;
  return async (exchange) => {
    page ??= make();
    return (await page)(exchange);
  };
}
