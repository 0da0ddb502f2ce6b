import { whenReady } from "../../base/awaitable.ts";
import { parseDuration } from "../../base/duration.ts";
import type { AnyResource } from "../../define/definition.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { EventBus } from "../../events/event-bus.ts";
import type { ApiPlan } from "../../plan/api-plan.ts";
import type { OperationPlan } from "../../plan/operation-plan.ts";
import type { ResourceView } from "../../plan/resource-view.ts";
import { tableName } from "../../plan/table.ts";
import type { ChangeLog } from "../../store/changes.ts";
import { endInTime } from "../answers.ts";
import type { Step } from "../step.ts";
import { ChangeFeed } from "./change-feed.ts";
import { Positions } from "./positions.ts";
import { Topic } from "./topic.ts";
import { WatchedResource } from "./watched-resource.ts";
import { Watcher } from "./watcher.ts";

/** How long changes are kept, in milliseconds: an hour where the API does not say. */
export function keepChangesMs({ api }: ApiPlan): number {
  return parseDuration(api.options.keepChanges ?? "1h");
}

/** What watches of one resource have come to. */
export interface WatchStats {
  readonly resource: string;
  /** Watches that are open. */
  readonly open: number;
  /** Changes that were left out since the start, for someone was too slow. */
  readonly missed: number;
  /** Watches that were ended since the start, for the same reason. */
  readonly ended: number;
}

/** Everyone who watches in this process, and the one feed that all of them are told from. */
export class Watches {
  readonly #log: ChangeLog;
  readonly #topics: ReadonlyMap<string, Topic>;
  readonly #feed: ChangeFeed;
  #isClosed: boolean;

  /** `failed`: told of what went wrong while nobody asked. */
  constructor(log: ChangeLog, bus: EventBus | null, plan: ApiPlan, failed: (thrown: unknown) => void) {
    this.#log = log;
    const watched = plan.today.resources.map(({ resource }) => resource).filter(isWatched);
    this.#topics = new Map(watched.map((resource) => [tableName(resource), toTopic(resource, log)]));
    // Whoever is told nothing for a while must still know a position that is kept when they come back.
    const quietMs = Math.min(30_000, Math.max(100, keepChangesMs(plan) / 4));
    this.#feed = new ChangeFeed({ log, bus, topics: this.#topics, quietMs, failed });
    this.#isClosed = false;
  }

  /** The standard method `watch` of a resource: answers a {@link Watcher}. */
  step(plan: OperationPlan, view: ResourceView): Step {
    const { definition, name } = view.resource;
    const topic = this.#topics.get(tableName(view.resource));
    if (topic === undefined) throw new Error(`Changes of ${name} are not logged`);
    const resource = new WatchedResource(plan, view, topic, this.#log);
    return (call) => {
      const viewer = resource.viewer(call);
      return whenReady(this.#log.bounds(), (bounds) => {
        if (this.#isClosed) throw stopping();
        const beginning = resource.beginning(call, bounds);
        if (topic.watchers.size === 0) this.#feed.start(topic, bounds.newest);
        const watcher = new Watcher({ topic, viewer, beginning, policy: definition.watch });
        endInTime(call, watcher, plan.deadline);
        return watcher;
      });
    };
  }

  get stats(): readonly WatchStats[] {
    return [...this.#topics.values()].map(({ resource, watchers, missed, ended }) => ({
      resource,
      open: watchers.size,
      missed,
      ended,
    }));
  }

  /** Changes that were read from the log since the start: each once, however many watch. */
  get read(): number {
    return this.#feed.read;
  }

  /** The server stops: all watches end, with the position that they have come to, and none begins. */
  close(): void {
    this.#isClosed = true;
    for (const topic of this.#topics.values()) for (const watcher of topic.watchers) watcher.stop(stopping());
  }
}

function isWatched({ definition }: AnyResource): boolean {
  return definition.stored && definition.operations.watch !== null;
}

function toTopic(resource: AnyResource, log: ChangeLog): Topic {
  const table = tableName(resource);
  return new Topic(resource.name, table, log, new Positions(log.identity(table)));
}

function stopping(): Error {
  return frameworkError("UNAVAILABLE", "The server stops: watch on from the last position", {
    retryAfter: 1,
  });
}
