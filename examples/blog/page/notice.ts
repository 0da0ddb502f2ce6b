import { find } from "./dom.ts";
import { messageOf } from "./error-text.ts";

const notice = find(document, "#notice", HTMLElement);
const text = find(notice, "[data-text]", HTMLElement);

/** Tells of what went wrong outside of a form. It stays until it has been read and closed. */
export function tell(message: string): void {
  notice.dataset["open"] = "";
  text.textContent = message;
}

/** Waits for what a button does, and tells if it fails. */
export async function trying(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    tell(messageOf(thrown));
  }
}

export function startNotice(): void {
  find(notice, "button", HTMLButtonElement).addEventListener("click", () => {
    delete notice.dataset["open"];
    text.textContent = "";
  });
}
