import type { FrameworkCode } from "../../../errors/codes.ts";
import type { ApiPlan } from "../../../plan/api-plan.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { ErrorEntry } from "../../http/describe/error-catalog.ts";
import { possibleErrors, when } from "../../http/describe/possible-errors.ts";
import type { RestRoute } from "../routes.ts";
import { changesRow, takesIfMatch } from "./conditions.ts";

/** The errors that an operation may answer with over REST, by status and code. */
export function restErrors(
  plan: ApiPlan,
  contract: OperationContract,
  route: RestRoute,
): readonly ErrorEntry[] {
  return possibleErrors(plan, contract, restCodes(contract, route));
}

function restCodes(contract: OperationContract, { mediaTypes }: RestRoute): readonly FrameworkCode[] {
  const demandsMatch = contract.plan.operation.on?.definition.requireMatch === true;
  return [
    "MALFORMED_REQUEST",
    "NOT_ACCEPTABLE",
    ...when(mediaTypes.length > 0, "INVALID_JSON", "CONTENT_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"),
    ...when(takesIfMatch(contract), "PRECONDITION_FAILED"),
    ...when(changesRow(contract) && demandsMatch, "PRECONDITION_REQUIRED"),
  ];
}
