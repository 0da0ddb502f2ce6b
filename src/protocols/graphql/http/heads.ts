import { HeadBlock } from "../../../net/head-block.ts";
import type { VersionPlan } from "../../../plan/api-plan.ts";
import { security, versionFields } from "../../http/fields.ts";

/** Media types of answers. */
export const mediaTypes = {
  json: "application/json; charset=utf-8",
  graphql: "application/graphql-response+json; charset=utf-8",
} as const;

/** The heads of an endpoint's answers, each encoded once. */
export class GraphqlHeads {
  /** 200 to POST, which is nearly every answer. */
  readonly json: HeadBlock;
  readonly graphql: HeadBlock;
  readonly #always: readonly string[];
  readonly #made: Map<string, HeadBlock>;

  /** `vary`: what answers differ by. */
  constructor(version: VersionPlan, vary: string) {
    this.#always = [...versionFields(version), "vary", vary, ...security];
    this.#made = new Map();
    this.json = this.block(200, mediaTypes.json, "no-store");
    this.graphql = this.block(200, mediaTypes.graphql, "no-store");
  }

  /** A head by its status, media type and `Cache-Control`: all of them are from small sets. `mediaType` is null for no content. */
  block(status: number, mediaType: string | null, cacheControl: string): HeadBlock {
    const key = `${status} ${mediaType} ${cacheControl}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const type = mediaType === null ? [] : ["content-type", mediaType];
    const made = new HeadBlock(status, [...type, "cache-control", cacheControl, ...this.#always]);
    this.#made.set(key, made);
    return made;
  }
}
