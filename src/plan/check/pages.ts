import { isObject, shown } from "./form.ts";
import type { Place } from "./place.ts";
import { suggest } from "./suggestion.ts";

const optionNames = ["from", "contentSecurityPolicy"];
const form = 'Write pages: { "/": new URL("./page/", import.meta.url) }';

/** Checks the form of what says where files stand. Whether they are there is seen at start. */
export function checkPages(pages: unknown, place: Place): void {
  if (pages === undefined) return;
  if (!isObject(pages)) {
    place.tell("has pages that are no folders by their addresses", form);
    return;
  }
  for (const [path, stated] of Object.entries(pages))
    checkAt(path, stated, place.in(`pages[${shown(path)}]`));
}

function checkAt(path: string, stated: unknown, place: Place): void {
  if (!isAddress(path))
    place.tell("is no path", 'Write it as "/" or "/shop/", as a browser would show it, without . and ..');
  const isPlain = stated instanceof URL;
  if (!isPlain && isObject(stated)) checkOptions(stated, place);
  const from = isPlain ? stated : isObject(stated) ? stated["from"] : undefined;
  if (!(from instanceof URL) || from.protocol !== "file:")
    // A path as text would be looked for in whichever folder the program is started in.
    place.tell("is no URL of a folder or file", form);
  else if (from.pathname.endsWith("/") && !path.endsWith("/"))
    place.tell("has a folder at a path that does not end in /", `Write it as ${shown(`${path}/`)}`);
}

function checkOptions(stated: Readonly<Record<string, unknown>>, place: Place): void {
  for (const name of Object.keys(stated))
    if (!optionNames.includes(name))
      place.tell(`has an unknown option "${name}"`, suggest(name, optionNames));
  const policy = stated["contentSecurityPolicy"];
  if (policy !== undefined && (typeof policy !== "string" || !/^[\x20-\x7e]+$/.test(policy)))
    place.tell("has a contentSecurityPolicy that no header field can hold", "Write it as one line of ASCII");
}

/** Whether requests can have this path as it is. */
function isAddress(path: string): boolean {
  const base = "http://localhost";
  return path.startsWith("/") && !/\/\/|[?#]/.test(path) && URL.parse(path, base)?.pathname === path;
}
