import type { ExchangeContext } from "../exchange.ts";

/** The times of the limits that concern a WebSocket, counted in ticks of the listener's clock. */
export interface Times {
  readonly ping: number;
  readonly pong: number;
  readonly message: number;
  readonly close: number;
}

const timesByContext = new WeakMap<ExchangeContext, Times>();

/** Counted once for each listener. */
export function timesOf(context: ExchangeContext): Times {
  let times = timesByContext.get(context);
  if (times === undefined) {
    const { clock, limits } = context;
    times = {
      ping: clock.ticksFor(limits.pingMs),
      pong: clock.ticksFor(limits.pongMs),
      message: clock.ticksFor(limits.messageMs),
      close: clock.ticksFor(limits.closeMs),
    };
    timesByContext.set(context, times);
  }
  return times;
}
