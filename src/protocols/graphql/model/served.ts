import type { OperationContract } from "../../../plan/operation-contract.ts";

/** Which operations are served. */
export type IsServed = (contract: OperationContract) => boolean;

/** What a contract says, whatever is served: `watch` is not served yet. */
export const isInContract: IsServed = ({ plan }) => plan.operation.method !== "watch";
