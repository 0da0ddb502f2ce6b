import { LRUCache } from "lru-cache";
import { mediaWeight, parsePreferences } from "../../http/preferences.ts";

/** How a request wants its answer. */
export type AnswerForm = "graphql" | "json" | "events" | "html";

/** Media types by how much we like to answer with them. */
const forms: readonly (readonly [AnswerForm, string])[] = [
  ["json", "application/json"],
  ["graphql", "application/graphql-response+json"],
  ["events", "text/event-stream"],
  ["html", "text/html"],
];

const kept = new LRUCache<string, { readonly form: AnswerForm | null }>({ max: 256 });

/**
 * The form that `Accept` likes best; null where it takes none of ours. Who states none, or anything, gets `application/json`, as
 * clients from before `application/graphql-response+json` expect (GraphQL over HTTP, "Legacy Watershed").
 */
export function answerForm(accept: string | undefined): AnswerForm | null {
  if (accept === undefined || accept === "application/json") return "json";
  const known = kept.get(accept);
  if (known !== undefined) return known.form;
  const form = choose(accept);
  kept.set(accept, { form });
  return form;
}

function choose(accept: string): AnswerForm | null {
  const preferences = parsePreferences(accept);
  let best: AnswerForm | null = null;
  let most = 0;
  for (const [form, type] of forms) {
    const named = preferences.find(({ name }) => name === type);
    // A stream of events is not meant by `*/*`, nor is a page.
    const isForPrograms = form === "json" || form === "graphql";
    const weight = isForPrograms ? mediaWeight(preferences, type) : (named?.weight ?? 0);
    // Of two liked equally well, the one that is named.
    if (
      weight > most ||
      (weight === most && weight > 0 && form === "graphql" && isNamedFirst(accept, type))
    ) {
      best = form;
      most = weight;
    }
  }
  return best;
}

/** `application/graphql-response+json, application/json`: equal by weight, and the first is meant. */
function isNamedFirst(accept: string, type: string): boolean {
  const lower = accept.toLowerCase();
  const [own, json] = [lower.indexOf(type), lower.indexOf("application/json")];
  return own >= 0 && (json < 0 || own < json);
}
