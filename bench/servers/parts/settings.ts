/** Where a server's users come from. */
export type Source = "memory" | "turns" | "changing" | "cache" | "sqlite";

/** What a server under test is told, by its environment. */
export interface Settings {
  readonly port: number;
  readonly source: Source;
  /** The file of the database. */
  readonly database: string;
  /** Whether each request is logged, in two lines on standard output. */
  readonly logs: boolean;
}

const { PORT = "0", SOURCE = "memory", DATABASE = ":memory:", LOGS = "off" } = process.env;

const sources: readonly Source[] = ["turns", "changing", "cache", "sqlite"];

export const settings: Settings = {
  port: Number(PORT),
  source: sources.find((source) => source === SOURCE) ?? "memory",
  database: DATABASE,
  logs: LOGS === "on",
};
