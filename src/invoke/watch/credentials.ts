import { frameworkError } from "../../errors/codes.ts";
import type { EndableAnswers } from "../answers.ts";
import type { Call } from "../call.ts";
import { whenExpired } from "../expiry.ts";

/** Ends a stream when who has called would not be let in any more. */
export function endWithCredentials({ caller, now }: Call, answers: EndableAnswers): void {
  answers.whenOver(whenExpired(caller, now, () => answers.fail(expired())));
}

function expired(): Error {
  return frameworkError("UNAUTHENTICATED", "The credentials have expired");
}
