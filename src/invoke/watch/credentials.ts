import { frameworkError } from "../../errors/codes.ts";
import type { EndableAnswers } from "../answers.ts";
import type { Call } from "../call.ts";
import { expiryOf } from "../expiry.ts";

/** What a timer of Node takes at most, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** Ends a stream when who has called would not be let in any more. */
export function endWithCredentials({ caller, now }: Call, answers: EndableAnswers): void {
  const expires = expiryOf(caller);
  if (expires === Number.POSITIVE_INFINITY) return;
  let timer: NodeJS.Timeout;
  const look = (): void => {
    const left = expires - now().getTime();
    if (left <= 0) answers.fail(frameworkError("UNAUTHENTICATED", "The credentials have expired"));
    else timer = setTimeout(look, Math.min(left, longestTimer)).unref();
  };
  look();
  answers.whenOver(() => clearTimeout(timer));
}
