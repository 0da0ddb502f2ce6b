import type { Invocation } from "../../invoke/compile.ts";
import type { Relation } from "../../invoke/related/relation.ts";
import { HeadBlock } from "../../net/head-block.ts";
import type { RequestSeries } from "../../observe/request-series.ts";
import type { VersionPlan } from "../../plan/api-plan.ts";
import type { Member } from "../../plan/codec/member.ts";
import type { OperationContract } from "../../plan/operation-contract.ts";
import type { ResourceView } from "../../plan/resource-view.ts";
import { cacheControlOf, security, versionFields } from "../http/fields.ts";
import type { RestRoute } from "./routes.ts";

/** A relation that callers may include, under its name in one version, with the rows' own writer there. */
export interface IncludableRelation {
  readonly relation: Relation;
  readonly name: string;
  readonly view: ResourceView;
}

/** What a mount knows of an operation at one address: all that serving it reads. */
export class RestOperation {
  readonly contract: OperationContract;
  readonly invocation: Invocation;
  readonly route: RestRoute;
  /** What stands before the route: empty, `/api`, `/api/v1`. */
  readonly base: string;
  /** Where the path's parameters stand in the input; null for the id of the item. */
  readonly parameters: readonly (Member | null)[];
  readonly takesBody: boolean;
  readonly isSafe: boolean;
  /** Whether it goes on after the last event that the caller got. */
  readonly resumes: boolean;
  /** Whether `fields` and `include` may shape the answer. */
  readonly answersRows: boolean;
  readonly includable: ReadonlyMap<string, IncludableRelation>;
  /** Whether changing a row must state its version. */
  readonly requireMatch: boolean;
  /** Whether it changes one row, so that `If-Match` and `If-None-Match` are about that row. */
  readonly takesPreconditions: boolean;
  /** Whether a version that the row must have is told to whoever writes. */
  readonly tellsVersion: boolean;
  /** Whether the store compares that version in the write itself. */
  readonly guardsVersion: boolean;
  /** Whether an answer without a version gets an ETag of its content. */
  readonly tagsContent: boolean;
  /** Whether rules hide fields of the rows from some callers. */
  readonly hidesFields: boolean;
  /** Counts its requests. */
  readonly series: RequestSeries;
  readonly ok: HeadBlock;
  readonly created: HeadBlock;
  readonly noContent: HeadBlock;
  /** Of a stream of events. */
  readonly events: HeadBlock;
  readonly notModified: HeadBlock;
  /** The same with related rows in the answer, which may be others for other callers and change on their own. */
  readonly okEmbedded: HeadBlock;
  readonly notModifiedEmbedded: HeadBlock;

  constructor(options: {
    contract: OperationContract;
    invocation: Invocation;
    route: RestRoute;
    base: string;
    version: VersionPlan;
    vary: string;
    authenticates: boolean;
    includable: ReadonlyMap<string, IncludableRelation>;
    series: RequestSeries;
  }) {
    const { contract, route, version } = options;
    const { operation, cache, output } = contract.plan;
    this.contract = contract;
    this.invocation = options.invocation;
    this.route = route;
    this.base = options.base;
    this.parameters = route.pathParameters.map((name) => parameterMember(contract, name));
    this.takesBody = route.inputFrom === "body";
    this.isSafe = operation.sort === "query";
    this.resumes = operation.method === "watch";
    this.answersRows =
      contract.outputView !== null && output !== "value" && output !== "none" && !route.streams;
    this.includable = options.includable;
    this.series = options.series;
    this.hidesFields = Object.keys(contract.outputView?.resource.definition.fieldRules ?? {}).length > 0;
    const changesRow =
      operation.method === "update" || operation.method === "replace" || operation.method === "delete";
    this.takesPreconditions = operation.scope === "item" && !this.isSafe;
    this.tellsVersion = changesRow;
    this.guardsVersion = changesRow && operation.handle === null;
    this.requireMatch = changesRow && (operation.on?.definition.requireMatch ?? false);
    this.tagsContent = this.isSafe && (cache !== null || output === "page" || output === "rows");
    // Another caller may get another answer: a browser must not show it to the next one.
    const byCaller = options.authenticates ? `${options.vary}, authorization` : options.vary;
    const ofVersion = versionFields(version);
    const always = [...ofVersion, "vary", cache?.public === true ? options.vary : byCaller];
    const embedded = ["cache-control", "private, no-cache", ...ofVersion, "vary", byCaller];
    const cacheControl = ["cache-control", cacheControlOf(contract)];
    const json = ["content-type", "application/json"];
    this.ok = new HeadBlock(200, [...json, ...cacheControl, ...always, ...security]);
    this.created = new HeadBlock(201, [...json, ...cacheControl, ...always, ...security]);
    this.events = new HeadBlock(200, [...eventFields, ...always, ...security]);
    this.noContent = new HeadBlock(204, [...cacheControl, ...always, ...security]);
    this.notModified = new HeadBlock(304, [...cacheControl, ...always]);
    this.okEmbedded = new HeadBlock(200, [...json, ...embedded, ...security]);
    this.notModifiedEmbedded = new HeadBlock(304, embedded);
  }
}

/** Proxies must pass each event on as it comes, and leave it as it is. */
const eventFields: readonly string[] = [
  "content-type",
  "text/event-stream; charset=utf-8",
  "cache-control",
  "no-store, no-transform",
  "x-accel-buffering",
  "no",
];

function parameterMember({ input }: OperationContract, name: string): Member | null {
  return input.members.find((member) => member.wire === name) ?? null;
}
