import { find } from "./dom.ts";
import { FormDialog } from "./form-dialog.ts";

const dialog = new FormDialog("delete-dialog");
const text = find(document, "#delete-dialog-text", HTMLElement);

/** Asks before something is deleted, which nobody can undo. */
export function confirmDelete(what: string, consequence: string, remove: () => Promise<void>): void {
  text.textContent = consequence;
  dialog.open({ title: `Delete ${what}?`, submit: remove });
}
