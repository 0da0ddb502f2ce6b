import type { Api } from "../define/api.ts";
import type { AnyOperation } from "../define/definition.ts";
import type { AnyErrorDefinition } from "../errors/error.ts";
import type { TableModel } from "../schema/table.ts";
import type { ChannelPlan } from "./channel-plan.ts";
import type { OperationContract } from "./operation-contract.ts";
import type { OperationPlan } from "./operation-plan.ts";
import type { ResourceView } from "./resource-view.ts";

/** An API, planned: made once at start, frozen, read by everything after. */
export interface ApiPlan {
  readonly api: Api;
  /** Every operation, the resources' own and the application's. */
  readonly operations: readonly OperationPlan[];
  readonly byOperation: ReadonlyMap<AnyOperation, OperationPlan>;
  readonly versions: readonly VersionPlan[];
  /** The version of a call that names none. */
  readonly defaultVersion: VersionPlan;
  /** Today's definition, which handlers know. */
  readonly today: VersionPlan;
  readonly channels: readonly ChannelPlan[];
  readonly tables: readonly TableModel[];
  /** The application's errors, in order of their codes. */
  readonly errors: readonly AnyErrorDefinition[];
  /** Keys whose values are redacted in logs. */
  readonly sensitive: ReadonlySet<string>;
}

/** One version of the contract. */
export interface VersionPlan {
  readonly name: string;
  readonly description: string | null;
  readonly contracts: readonly OperationContract[];
  readonly resources: readonly ResourceView[];
  /** Since when it is deprecated, and when it ends: ms since the epoch. */
  readonly deprecated: number | null;
  readonly sunset: number | null;
  /** Where to read about the change. */
  readonly link: string | null;
}
