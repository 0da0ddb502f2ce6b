/** The element of a selector that the page surely has, of the type that it is expected to be. */
export function find<E extends Element>(within: ParentNode, selector: string, type: new () => E): E {
  const found = within.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`The page has no ${selector}`);
  return found;
}

/** A copy of what stands in a `<template>` of the page. */
export function copyOf(template: string): HTMLElement {
  const [element] = find(document, `template#${template}`, HTMLTemplateElement).content.children;
  const copy = element?.cloneNode(true);
  if (!(copy instanceof HTMLElement)) throw new Error(`The template ${template} is empty`);
  return copy;
}

/** The part of a copy that shows a field. Values come from strangers: they are only ever set as its `textContent`. */
export function field(within: ParentNode, name: string): HTMLElement {
  return find(within, `[data-field="${name}"]`, HTMLElement);
}

/** A button by what it does. */
export function action(within: ParentNode, name: string): HTMLButtonElement {
  return find(within, `[data-action="${name}"]`, HTMLButtonElement);
}

/** Sets a text, and leaves it alone where it is the same: a selection in it stays. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Marks something that has just changed, for as long as `style.css` fades the mark. */
export function touch(element: HTMLElement): void {
  if (element.dataset["touched"] !== undefined) {
    delete element.dataset["touched"];
    // Reading a size makes the browser notice that the mark was gone: else the fading would not begin anew.
    void element.offsetWidth;
  }
  const mark = String(performance.now());
  element.dataset["touched"] = mark;
  setTimeout(() => {
    if (element.dataset["touched"] === mark) delete element.dataset["touched"];
  }, 3_000);
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

/** Shows the present time of day. */
export function showNow(element: HTMLElement): void {
  const now = new Date();
  setText(element, clock.format(now));
  if (element instanceof HTMLTimeElement) element.dateTime = now.toISOString();
}
