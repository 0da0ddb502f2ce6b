import type { Limits } from "./limits.ts";
import type { SweepClock } from "./sweep-clock.ts";

/** The times of {@link Limits}, counted in ticks of the listener's clock. */
export interface Timeouts {
  readonly firstByte: number;
  readonly header: number;
  readonly body: number;
  readonly idle: number;
  readonly linger: number;
  readonly writeStall: number;
}

export function toTimeouts(limits: Limits, clock: SweepClock): Timeouts {
  return {
    firstByte: clock.ticksFor(limits.firstByteMs),
    header: clock.ticksFor(limits.headerMs),
    body: clock.ticksFor(limits.bodyMs),
    idle: clock.ticksFor(limits.idleMs),
    linger: clock.ticksFor(limits.lingerMs),
    writeStall: clock.ticksFor(limits.writeStallMs),
  };
}
