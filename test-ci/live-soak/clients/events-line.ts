import { type ClientRequest, type IncomingMessage, request } from "node:http";
import type { Line, OpenLine, ToldChange } from "./line.ts";

/** Watches by server-sent events. */
export function eventsLine(port: number): OpenLine {
  return (after, listener): Line => {
    const query = after === null ? "" : `?after=${encodeURIComponent(after)}`;
    let isOver = false;
    let answer: IncomingMessage | null = null;
    const over = (code: string): void => {
      if (isOver) return;
      isOver = true;
      asked.destroy();
      listener.over(code);
    };
    const asked: ClientRequest = request(
      { host: "127.0.0.1", port, path: `/notes:watch${query}`, agent: false },
      (response) => {
        answer = response;
        const events = new EventTexts((name, data) => {
          if (isOver) return;
          if (name === "problem") over(JSON.parse(data).error.code);
          else listener.told(JSON.parse(data) as ToldChange);
        });
        response.setEncoding("utf8").on("data", (part: string) => events.take(part));
        response.on("error", () => over("lost"));
        response.on("end", () => over("end"));
      },
    );
    asked.on("error", (error) => over(`lost: ${error.message}`));
    asked.on("close", () => over("lost"));
    asked.end();
    return {
      stall: (isStalled) => {
        if (isStalled) answer?.pause();
        else answer?.resume();
      },
      leave: () => {
        isOver = true;
        asked.destroy();
      },
    };
  };
}

/** Takes a stream of events apart (WHATWG HTML, "Server-sent events"), as far as our server uses it. */
class EventTexts {
  readonly #take: (name: string, data: string) => void;
  #rest = "";

  constructor(take: (name: string, data: string) => void) {
    this.#take = take;
  }

  take(part: string): void {
    const blocks = (this.#rest + part).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const member = (name: string): string | undefined =>
        new RegExp(`^${name}: ?(.*)$`, "m").exec(block)?.[1];
      const data = member("data");
      if (data !== undefined) this.#take(member("event") ?? "message", data);
    }
  }
}
