import { fuzzRest } from "./rest-run.ts";

// npm run fuzz: FUZZ requests (5000 where it is not stated), from FUZZ_SEED on.
const requests = Number(process.env["FUZZ"] ?? 5000);
const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 1_000_000_000);
const report = await fuzzRest(requests, seed);
const statuses = [...report.statuses]
  .sort(([a], [b]) => a - b)
  .map(([status, count]) => `${status}: ${count}`);
process.stdout.write(
  `${report.requests} requests from seed ${seed}\n${statuses.join(", ")}\nleft open: ${report.leaked}\n`,
);
for (const failure of report.failures) process.stdout.write(`${failure}\n\n`);
process.exitCode = report.failures.length === 0 && report.leaked === 0 ? 0 : 1;
