import type { OperationContract } from "../../../plan/operation-contract.ts";

/** Which operations are served. */
export type IsServed = (contract: OperationContract) => boolean;

/** A contract says all that there is, whatever a server serves of it. */
export const isInContract: IsServed = () => true;
