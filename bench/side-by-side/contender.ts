import type { ServerProcess } from "../machine/server-process.ts";

/** One of the servers that are compared; `Preparations` is what a suite has ready for all of them. */
export interface Contender<Preparations> {
  readonly title: string;
  start(preparations: Preparations): Promise<ServerProcess>;
}
