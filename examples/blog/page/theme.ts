import { find } from "./dom.ts";

const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

/** The button that changes between light and dark. What the system says holds until then, and again once both are the same. */
export function startTheme(): void {
  const button = find(document, "#theme", HTMLButtonElement);
  const show = (): void => {
    root.dataset["shown"] = shown();
    button.setAttribute("aria-pressed", String(shown() === "dark"));
  };
  button.addEventListener("click", () => {
    choose(shown() === "dark" ? "light" : "dark");
    show();
  });
  dark.addEventListener("change", show);
  show();
}

function shown(): string {
  return root.dataset["theme"] ?? (dark.matches ? "dark" : "light");
}

function choose(theme: string): void {
  const isOfSystem = theme === (dark.matches ? "dark" : "light");
  if (isOfSystem) delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
  try {
    if (isOfSystem) localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // Some browsers keep nothing for some pages: it holds until the page is left.
  }
}
