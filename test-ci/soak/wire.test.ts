import { test } from "node:test";
import { openFilesLimit } from "./descriptors.ts";
import { descriptorsFor, soak } from "./soak.ts";
import { assertGood } from "./verdict.ts";

// The whole soak is wire.ts, by hand.

const options = { seconds: 20, idleWebSockets: 5_000, busySessions: 200, drainMs: 5_000 };
const needed = descriptorsFor(options);

test("idle WebSockets, busy HTTP/2 connections and slow readers together", {
  skip: openFilesLimit() < needed ? `${needed} open files are needed (ulimit -n)` : false,
}, async () => {
  assertGood(await soak(options), options);
});
