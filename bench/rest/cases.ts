import type { Source } from "../servers/parts/settings.ts";

/** A load under which requests are counted. */
export interface Case {
  /** On the command line. */
  readonly name: string;
  readonly title: string;
  readonly source: Source;
  readonly writes: boolean;
}

export const cases: readonly Case[] = [
  { name: "memory", title: "`GET /users/{id}` from memory", source: "memory", writes: false },
  { name: "cache", title: "`GET /users/{id}` from an application cache", source: "cache", writes: false },
  { name: "sqlite", title: "`GET /users/{id}` from SQLite", source: "sqlite", writes: false },
  { name: "create", title: "`POST /users` to SQLite, durable", source: "sqlite", writes: true },
];
