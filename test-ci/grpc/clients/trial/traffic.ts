import { query, t } from "fourfold";
import { Relay } from "./relay.ts";

const relays: Relay[] = [];

/** Lets clients come to a port by another one, where what they send and get is counted. Resolves with that. */
export async function relayed(port: number): Promise<number> {
  const relay = new Relay(port);
  relays.push(relay);
  return await relay.listen();
}

export function closeRelays(): void {
  for (const relay of relays) relay.close();
}

/** What has gone over all relays. */
export const traffic = query("traffic", {
  output: { connections: t.int32(), up: t.int32(), down: t.int32() },
  handle: () => ({
    connections: sum(relays.map(({ traffic: { connections } }) => connections)),
    up: sum(relays.map(({ traffic: { up } }) => up)),
    down: sum(relays.map(({ traffic: { down } }) => down)),
  }),
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
