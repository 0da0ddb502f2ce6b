import { ClientError } from "fourfold/client";
import { client, session } from "./blog.ts";
import { find } from "./dom.ts";
import { messageOf } from "./error-text.ts";
import { FormDialog } from "./form-dialog.ts";
import { tell, trying } from "./notice.ts";

const dialog = new FormDialog("editor-dialog");
const button = find(document, "#editor", HTMLButtonElement);

/** The button by which an editor signs in and out. */
export function startEditor(): void {
  button.addEventListener("click", () => {
    if (session.token === null) signIn(async () => undefined);
    else void trying(use(null));
  });
  showButton();
}

/** Does what only editors may. Who is none is asked for the token, and it is done with that. */
export function asEditor(act: () => Promise<void>): void {
  act().catch((thrown: unknown) => {
    const isRefused =
      thrown instanceof ClientError &&
      (thrown.kind === "permission_denied" || thrown.kind === "unauthenticated");
    if (isRefused) signIn(act, messageOf(thrown));
    else tell(messageOf(thrown));
  });
}

/** Asks for the token, and does what it was asked for. A token that does not do is forgotten. */
function signIn(act: () => Promise<void>, error?: string): void {
  dialog.open({
    title: "Sign in as editor",
    ...(error === undefined ? {} : { error }),
    submit: async ({ token = "" }) => {
      await use(token.trim());
      try {
        await act();
      } catch (thrown) {
        await use(null);
        throw thrown;
      }
    },
  });
}

async function use(token: string | null): Promise<void> {
  session.token = token === "" ? null : token;
  await client.renew();
  showButton();
}

function showButton(): void {
  button.textContent = session.token === null ? "Sign in" : "Sign out";
}
