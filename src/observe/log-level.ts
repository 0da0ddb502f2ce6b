const levels = ["debug", "info", "warn", "error", "silent"] as const;

/** The least important lines that are written; `silent` writes none. */
export type LogLevel = (typeof levels)[number];

/** The level that `LOG_LEVEL` names; `debug` in development and `info` elsewhere where it is not set. Throws a TypeError on nonsense. */
export function logLevel(environment: Readonly<Record<string, string | undefined>>): LogLevel {
  const named = environment["LOG_LEVEL"];
  if (named === undefined || named === "") {
    return environment["NODE_ENV"] === "development" ? "debug" : "info";
  }
  const level = levels.find((each) => each === named.toLowerCase());
  if (level !== undefined) return level;
  throw new TypeError(`LOG_LEVEL is "${named}": write one of ${levels.join(", ")}`);
}
