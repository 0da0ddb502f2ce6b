import { frameworkError } from "../../errors/codes.ts";
import type { EndableAnswers } from "../answers.ts";
import type { Call } from "../call.ts";

/** What a timer of Node takes at most, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/**
 * Ends a stream when who has called would not be let in any more: at `exp` of the caller's claims (RFC 7519 §4.1.4, seconds since
 * the epoch), where the application's `authenticate` hands that on.
 */
export function endWithCredentials({ caller, now }: Call, answers: EndableAnswers): void {
  const expires = caller?.claims["exp"];
  if (typeof expires !== "number") return;
  let timer: NodeJS.Timeout;
  const look = (): void => {
    const left = expires * 1_000 - now().getTime();
    if (left <= 0) answers.fail(frameworkError("UNAUTHENTICATED", "The credentials have expired"));
    else timer = setTimeout(look, Math.min(left, longestTimer)).unref();
  };
  look();
  answers.whenOver(() => clearTimeout(timer));
}
