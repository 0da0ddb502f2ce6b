import { ClientError } from "fourfold/client";

/** What an error says, and of which field; an empty name where it is about the whole. */
export function complaints(thrown: unknown): readonly { readonly name: string; readonly message: string }[] {
  if (!(thrown instanceof ClientError)) return [{ name: "", message: messageOf(thrown) }];
  const violations = thrown.violations ?? [];
  if (violations.length > 0)
    return violations.map(({ path, message, mend }) => ({ name: path, message: sentences(message, mend) }));
  // An error of the application's own names in its details what it is about: EMAIL_TAKEN has `email`.
  const [name = "", ...others] = Object.keys(thrown.details ?? {});
  return [{ name: others.length === 0 ? name : "", message: sentences(thrown.message) }];
}

/** What to tell people of something that was thrown. */
export function messageOf(thrown: unknown): string {
  return sentences(thrown instanceof Error ? thrown.message : String(thrown));
}

function sentences(...texts: readonly string[]): string {
  return texts
    .filter((text) => text !== "")
    .map((text) => text.slice(0, 1).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : "."))
    .join(" ");
}
