import { setPriority } from "node:os";
import { answerQuestions } from "../process/asked.ts";
import { until } from "../process/until.ts";
import { targetOf } from "../target.ts";
import { BusyConnection } from "./connection.ts";
import type { BusyReport } from "./report.ts";
import { Tally } from "./tally.ts";

/** The busy connections of the soak, in a process of their own. Arguments: the target, and how many. */

// Others work on the same machine.
setPriority(5);

const target = targetOf(process.argv.slice(2));
const count = Number(process.argv[4]);
const tally = new Tally();
const connections = Array.from({ length: count }, (_, index) => new BusyConnection(target, tally, index));

answerQuestions({
  hold: () => {
    for (const connection of connections) connection.hold();
    return true;
  },
  report,
  end: async (withinMs) => {
    await until(() => connections.every(({ isGone }) => isGone), withinMs);
    return report();
  },
});

function report(): BusyReport {
  return {
    trials: tally.trials,
    open: connections.filter(({ isGone }) => !isGone).length,
    reopened: tally.reopened,
    goAways: Object.fromEntries(tally.goAways),
    failures: [...tally.failures],
  };
}
