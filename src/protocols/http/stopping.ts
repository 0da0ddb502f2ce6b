import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";

/** What is asked for over a socket whose server stops: it was not begun. */
export function stopping(): ApiError {
  return frameworkError("UNAVAILABLE", "The server stops: call again over another connection", {
    retryAfter: 1,
  });
}
