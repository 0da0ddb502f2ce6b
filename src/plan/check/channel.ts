import { channelOptions } from "../../define/channel.ts";
import { type AnyChannel, channelSlowPolicies } from "../../define/channel-definition.ts";
import { checkField } from "./field.ts";
import { checkRule, checkText, isField, shown } from "./form.ts";
import type { Known } from "./known.ts";
import type { Place } from "./place.ts";
import { suggest } from "./suggestion.ts";

/** Checks what a channel was told. */
export function checkChannel(channel: AnyChannel, place: Place, known: Known): void {
  const { message, sends, receive, allow, description, unknownOptions } = channel;
  for (const name of unknownOptions ?? [])
    place.tell(`has an unknown option "${name}"`, suggest(name, channelOptions));
  checkPath(channel, place);
  checkField(message, { place: place.in("message"), known, of: "message", as: "whole", depth: 0 });
  if (sends !== message)
    checkField(sends, { place: place.in("sends"), known, of: "message", as: "whole", depth: 0 });
  if (receive !== null && typeof receive !== "function")
    place.tell("has a receive that is no function", "Write ({ message, everyone }) => ...");
  checkRule(allow, place);
  checkCounts(channel, place);
  checkSlow(channel, place);
  checkText(description, place, "description");
}

const segment = "(?:[A-Za-z0-9._~-]+|\\{[A-Za-z][A-Za-z0-9]*\\})";
const pathPattern = new RegExp(`^(?:/${segment})+$`);

function checkPath({ path }: AnyChannel, place: Place): void {
  if (typeof path !== "string" || !pathPattern.test(path)) {
    place.tell(
      `has the path ${shown(path)}`,
      'Write it as "/ws" or "/rooms/{id}": letters, digits and ._~- between slashes, or a name in braces',
    );
    return;
  }
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  if (new Set(names).size < names.length)
    place.tell(`has one name twice in the path ${shown(path)}`, "Give each part a name of its own");
}

function checkCounts({ history, buffer, presence }: AnyChannel, place: Place): void {
  if (!Number.isSafeInteger(history) || history < 0 || history > 10_000)
    place.tell(`has the history ${shown(history)}`, "Write a whole number of messages, from 0 to 10000");
  if (!Number.isSafeInteger(buffer) || buffer < 1)
    place.tell(`has the buffer ${shown(buffer)}`, "Write a whole number of messages, from 1 on");
  if (typeof presence !== "boolean") place.tell(`has the presence ${shown(presence)}`, "Write true or false");
}

function checkSlow({ slow, key, presence, sends }: AnyChannel, place: Place): void {
  if (!channelSlowPolicies.includes(slow))
    place.tell(`has the slow policy ${shown(slow)}`, `Write ${channelSlowPolicies.join(", or ")}`);
  if (key !== null && typeof key !== "function")
    place.tell("has a key that is no function", "Write (message) => text");
  if ((slow === "latest-per-key") !== (key !== null))
    place.tell('has a key without slow: "latest-per-key", or the other way round', "State both, or none");
  // Text goes as it is: there is no place in it for anything but messages.
  if (isField(sends) && isText(sends) && (presence === true || slow !== "close"))
    place.tell(
      "sends text, in which neither presence nor what was left out can be told",
      "Send an object: t.object({ text: t.string() })",
    );
}

function isText({ shape: { kind } }: AnyChannel["message"]): boolean {
  return kind === "text" || kind === "string";
}
