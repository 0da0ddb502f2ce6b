import { find } from "./dom.ts";
import { complaints } from "./error-text.ts";

/** What a dialog is opened for. */
export interface FormRequest {
  readonly title: string;
  readonly values?: Readonly<Record<string, string>>;
  /** What to say from the beginning: why one was sent here. */
  readonly error?: string;
  /** Does what the form is for. What it rejects with is shown, at the fields that it is about. */
  readonly submit: (values: Readonly<Record<string, string>>) => Promise<void>;
}

/** A `<dialog>` with a form in it. Rules are the server's alone, and its words are shown. */
export class FormDialog {
  readonly #dialog: HTMLDialogElement;
  readonly #form: HTMLFormElement;
  readonly #error: HTMLElement;
  #request: FormRequest | null = null;

  constructor(id: string) {
    this.#dialog = find(document, `dialog#${id}`, HTMLDialogElement);
    this.#form = find(this.#dialog, "form", HTMLFormElement);
    this.#error = find(this.#dialog, ".form-error", HTMLElement);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    find(this.#dialog, "[data-close]", HTMLButtonElement).addEventListener("click", () =>
      this.#dialog.close(),
    );
    this.#dialog.addEventListener("close", () => {
      this.#request = null;
    });
  }

  /** Opens it. The browser keeps the focus within, and gives it back when it closes. */
  open(request: FormRequest): void {
    this.#request = request;
    this.#form.reset();
    this.#clearErrors();
    find(this.#dialog, "[data-title]", HTMLElement).textContent = request.title;
    for (const [name, value] of Object.entries(request.values ?? {})) {
      const control = this.#control(name);
      if (control !== null) control.value = value;
    }
    this.#dialog.showModal();
    if (request.error !== undefined) this.#showError(request.error);
  }

  async #submit(): Promise<void> {
    const request = this.#request;
    const button = find(this.#form, "[type=submit]", HTMLButtonElement);
    if (request === null || button.disabled) return;
    this.#clearErrors();
    button.disabled = true;
    try {
      await request.submit(this.#values());
      if (this.#request === request) this.#dialog.close();
    } catch (thrown) {
      if (this.#request === request) this.#show(thrown);
    } finally {
      button.disabled = false;
    }
  }

  #values(): Readonly<Record<string, string>> {
    return Object.fromEntries([...new FormData(this.#form)].map(([name, value]) => [name, String(value)]));
  }

  /** Each violation at its field, what belongs to no field above them, and the focus where there is something to mend. */
  #show(thrown: unknown): void {
    const rest: string[] = [];
    let first: HTMLElement | null = null;
    for (const { name, message } of complaints(thrown)) {
      const control = this.#control(name);
      if (control === null) rest.push(name === "" ? message : `${name}: ${message}`);
      else {
        this.#showAt(control, message);
        first ??= control;
      }
    }
    if (rest.length > 0) this.#showError(rest.join(" "));
    first?.focus();
  }

  #showAt(control: HTMLElement, message: string): void {
    const place = find(this.#form, `#${control.id}-error`, HTMLElement);
    place.textContent = place.hidden ? message : `${place.textContent} ${message}`;
    place.hidden = false;
    control.setAttribute("aria-invalid", "true");
  }

  #showError(message: string): void {
    // Shown first, and filled then: screen readers read aloud what an alert that is there comes to say.
    this.#error.hidden = false;
    this.#error.textContent = message;
  }

  #clearErrors(): void {
    for (const place of this.#form.querySelectorAll<HTMLElement>(".field-error, .form-error")) {
      place.hidden = true;
      place.textContent = "";
    }
    for (const control of this.#form.querySelectorAll("[aria-invalid]"))
      control.removeAttribute("aria-invalid");
  }

  #control(name: string): HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | null {
    const control = this.#form.elements.namedItem(name);
    const isOne =
      control instanceof HTMLInputElement ||
      control instanceof HTMLSelectElement ||
      control instanceof HTMLTextAreaElement;
    return isOne ? control : null;
  }
}
