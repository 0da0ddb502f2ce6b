import { copyOf, field, find, setText, showNow, touch } from "./dom.ts";

/** How many are kept on the page. */
const most = 50;

/** What has happened since the page was opened, newest first. */
export class Activity {
  readonly #list = find(document, "#changes", HTMLElement);
  readonly #empty = find(document, "#no-changes", HTMLElement);

  add(type: string, what: string): void {
    const entry = copyOf("change-entry");
    const badge = field(entry, "type");
    setText(badge, type);
    badge.dataset["kind"] = type;
    setText(field(entry, "text"), what);
    showNow(field(entry, "at"));
    this.#list.prepend(entry);
    this.#list.children[most]?.remove();
    this.#empty.hidden = true;
    touch(entry);
  }
}
