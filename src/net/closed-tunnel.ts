import type { Tunnel, TunnelReceiver } from "./tunnel.ts";

/** The tunnel to a peer that has left before it was opened: it says so once, and swallows what it gets. */
export class ClosedTunnel implements Tunnel {
  readonly bufferedBytes: number;

  constructor(receiver: TunnelReceiver) {
    this.bufferedBytes = 0;
    process.nextTick(() => receiver.closed());
  }

  write(): void {}
  writeLatin1(): void {}
  hold(): void {}
  end(): void {}
  destroy(): void {}
}
