import assert from "node:assert/strict";
import type { LiveSoakReport } from "./live-soak.ts";
import { clientsOf, type LiveSoakOptions } from "./options.ts";

/**
 * MiB by which memory may go up in the part of a run that counts. How many are stalled, and so have large messages waiting, changes from
 * moment to moment, and only grows for as long as the longest of them stalls: a short run says little but that there is an end.
 */
function growthAllowed(seconds: number): { readonly values: number; readonly resident: number } {
  return seconds < 300 ? { values: 32, resident: 256 } : { values: 8, resident: 32 };
}

/** Fails with what was not as it must be. */
export function assertGood(report: LiveSoakReport, options: LiveSoakOptions): void {
  const { clients, writers, behind, settled, left, memory } = report;
  assert.deepEqual([...clients.failures, ...writers.failures], []);
  assert.deepEqual(behind, [], "clients without all that was written");
  assert.ok(clients.joined > clientsOf(options), "nobody has come back");
  assert.ok(clients.resumed > 0 && clients.stalled > 0 && writers.changes > 0 && writers.messages > 0);
  const { rpc, graphql, events, large, rooms, largeRooms, looseRooms } = options.clients;
  assert.equal(settled.watches, rpc + graphql + events + large, "watches that are open");
  // The writers' own connections are among them.
  assert.equal(settled.members, rooms + largeRooms + looseRooms + 6, "connections of channels");
  assert.equal(left.watches + left.members, 0, "clients that are left over in the server");
  assert.ok(left.connections <= 1, "connections that are left over in the server");
  const allowed = growthAllowed(options.seconds);
  for (const name of ["values", "resident"] as const) {
    const { from, to, growth } = memory[name];
    const course = `${name} went from ${from.toFixed(1)} to ${to.toFixed(1)} MiB`;
    assert.ok(growth <= allowed[name], `${course}, by ${growth.toFixed(2)} MiB as a trend`);
  }
}
