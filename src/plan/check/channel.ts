import type { AnyChannel } from "../../define/channel.ts";
import { checkField } from "./field.ts";
import { checkRule, checkText, shown } from "./form.ts";
import type { Known } from "./known.ts";
import type { Place } from "./place.ts";

export function checkChannel(channel: AnyChannel, place: Place, known: Known): void {
  const { path, message, receive, allow, description } = channel;
  if (typeof path !== "string" || !/^(?:\/[A-Za-z0-9._~-]+)+$/.test(path))
    place.tell(`has the path ${shown(path)}`, 'Write it as "/ws": letters, digits and ._~- between slashes');
  checkField(message, { place: place.in("message"), known, of: "message", as: "whole", depth: 0 });
  if (receive !== null && typeof receive !== "function")
    place.tell("has a receive that is no function", "Write ({ message, everyone }) => ...");
  checkRule(allow, place);
  checkText(description, place, "description");
}
