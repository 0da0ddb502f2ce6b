import { behaviours } from "./cases/behaviours.ts";
import type { Case } from "./cases/case.ts";
import { errors } from "./cases/errors.ts";
import { messages } from "./cases/messages.ts";
import { sizes } from "./cases/sizes.ts";

/** What every client is held to. */
export const cases: readonly Case[] = [...messages, ...errors, ...behaviours, ...sizes];
