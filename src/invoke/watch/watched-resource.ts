import { parseFilter } from "../../plan/filter/parse.ts";
import type { OperationPlan } from "../../plan/operation-plan.ts";
import type { ResourceView } from "../../plan/resource-view.ts";
import { tableName } from "../../plan/table.ts";
import type { ChangeLog, LogBounds } from "../../store/changes.ts";
import type { Call } from "../call.ts";
import { fieldRulesOf } from "../reveal.ts";
import { visibility } from "../visibility.ts";
import type { Beginning } from "./opening.ts";
import type { Topic } from "./topic.ts";
import { Viewer, type WatchRules } from "./viewer.ts";

/** A resource as those who watch it find it. */
export class WatchedResource {
  readonly #view: ResourceView;
  readonly #log: ChangeLog;
  readonly #topic: Topic;
  readonly #table: string;
  readonly #rules: WatchRules;

  constructor(plan: OperationPlan, view: ResourceView, topic: Topic, log: ChangeLog) {
    const { resource } = view;
    this.#view = view;
    this.#log = log;
    this.#topic = topic;
    this.#table = tableName(resource);
    this.#rules = {
      allow: plan.operation.allow,
      rows: visibility(resource),
      fields: fieldRulesOf(resource),
    };
  }

  viewer(call: Call): Viewer {
    const filter = parseFilter(textOf(call, "filter") ?? "", this.#view.filterable);
    return new Viewer(call, this.#rules, filter, (condition) => this.#log.test(this.#table, condition));
  }

  /** Throws where it cannot go on from where the caller says. */
  beginning(call: Call, bounds: LogBounds): Beginning {
    const after = textOf(call, "after");
    const { newest } = bounds;
    if (after !== null)
      return { kind: "after", position: this.#topic.positions.decode(after, bounds), newest };
    if (call.input["snapshot"] === false) return { kind: "after", position: newest, newest };
    return {
      kind: "snapshot",
      page: (where, last, limit) => this.#log.snapshot(this.#table, { where, limit, after: last }),
    };
  }
}

/** Null where there is none; an empty text is none, for not all protocols tell these apart. */
function textOf({ input }: Call, name: string): string | null {
  const text = input[name];
  return typeof text === "string" && text !== "" ? text : null;
}
