import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { command, subscription, t } from "fourfold";
import type { AnyOperation } from "../../../../src/define/definition.ts";
import { TooMany } from "./operations.ts";

/** What handlers have seen. */
export class Seen {
  /** Ends of handlers: `endless: CANCELLED`. */
  readonly ends: string[] = [];
  /** Answers that the handler of `flood` has made. */
  made = 0;
  /** Messages that the handler of `absorb` has taken. */
  taken = 0;
  /** Lets the handler of `absorb` go on. */
  readonly released: PromiseWithResolvers<void> = Promise.withResolvers<void>();

  end(name: string, signal: AbortSignal): void {
    this.ends.push(`${name}: ${signal.aborted ? codeOf(signal.reason) : "open"}`);
  }

  caught(name: string, thrown: unknown): void {
    this.ends.push(`${name} caught: ${codeOf(thrown)}`);
  }

  /** Resolves when a handler has told its end. */
  async ended(name: string): Promise<string> {
    for (let tries = 0; tries < 400; tries++) {
      const found = this.ends.find((each) => each.startsWith(`${name}: `));
      if (found !== undefined) return found;
      await wait(5);
    }
    throw new Error(`The handler of ${name} has not ended: ${this.ends.join(", ")}`);
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
}

function forgiving(seen: Seen): AnyOperation {
  return command("forgiving", {
    messages: { text: t.string({ maxLength: 5 }) },
    output: { taken: t.int32() },
    async handle({ messages, signal }) {
      let taken = 0;
      try {
        for await (const _ of messages) taken += 1;
      } catch (thrown) {
        seen.caught("forgiving", thrown);
      }
      seen.end("forgiving", signal);
      return { taken };
    },
  });
}

function absorb(seen: Seen): AnyOperation {
  return command("absorb", {
    messages: { text: t.string() },
    output: { taken: t.int32() },
    async handle({ messages }) {
      await seen.released.promise;
      for await (const _ of messages) seen.taken += 1;
      return { taken: seen.taken };
    },
  });
}

function echo(seen: Seen): AnyOperation {
  return subscription("echo", {
    messages: { text: t.string({ maxLength: 2000 }) },
    output: { text: t.string(), place: t.int32() },
    async *handle({ messages, signal }) {
      let place = 0;
      try {
        for await (const { text } of messages) {
          if (text === "throw") throw new Error("secret of the handler");
          if (text === "too many") throw TooMany({ most: place });
          if (text === "stop") return;
          yield { text, place: place++ };
        }
      } catch (thrown) {
        seen.caught("echo", thrown);
        throw thrown;
      } finally {
        seen.end("echo", signal);
      }
    },
  });
}

function endless(seen: Seen): AnyOperation {
  return subscription("endless", {
    output: { value: t.int32() },
    async *handle({ signal }) {
      try {
        for (let value = 1; ; value++) {
          yield { value };
          await wait(5);
        }
      } finally {
        seen.end("endless", signal);
      }
    },
  });
}

function silent(seen: Seen): AnyOperation {
  return subscription("silent", {
    output: { value: t.int32() },
    async *handle({ signal }) {
      try {
        yield { value: 1 };
        if (!signal.aborted) await once(signal, "abort");
      } finally {
        seen.end("silent", signal);
      }
    },
  });
}

function flood(seen: Seen): AnyOperation {
  return subscription("flood", {
    messages: { text: t.string() },
    output: { pad: t.string() },
    async *handle({ signal }) {
      const pad = "x".repeat(1000);
      try {
        for (;;) {
          seen.made += 1;
          yield { pad };
        }
      } finally {
        seen.end("flood", signal);
      }
    },
  });
}

function limited(seen: Seen): AnyOperation {
  return subscription("limited", {
    deadline: 60,
    messages: { text: t.string() },
    output: { text: t.string() },
    async *handle({ messages, signal }) {
      try {
        for await (const { text } of messages) yield { text };
      } finally {
        seen.end("limited", signal);
      }
    },
  });
}

/** Operations whose handlers tell how they end. */
export function watchedOperations(seen: Seen): readonly AnyOperation[] {
  return [forgiving, absorb, echo, endless, silent, flood, limited].map((make) => make(seen));
}
