import { parseArgs } from "node:util";
import { libraries } from "./libraries.ts";
import { samples } from "./samples.ts";

/** Measures one library in a process of its own, where no other one has taught the compiler anything; writes JSON. */
const { values } = parseArgs({
  options: { library: { type: "string" }, milliseconds: { type: "string" } },
});
const library = await libraries[values.library ?? ""]?.();
if (library === undefined) throw new Error(`There is no library ${values.library}`);
const milliseconds = Number(values.milliseconds);
// A server has both, so both have been seen before either is measured.
library.user.measure(samples.user, milliseconds / 2);
library.account.measure(samples.account, milliseconds / 2);
const result = {
  user: library.user.measure(samples.user, milliseconds),
  account: library.account.measure(samples.account, milliseconds),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
