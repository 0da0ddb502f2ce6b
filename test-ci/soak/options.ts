/** What is open at the same time, and for how long. */
export interface SoakOptions {
  readonly seconds: number;
  /** By TLS, or on cleartext. */
  readonly isSecure: boolean;
  readonly idleWebSockets: number;
  /** Of the idle ones, those that must answer before the end. */
  readonly sample: number;
  readonly busyConnections: number;
  readonly drainMs: number;
}

/** SOAK_SECONDS says for how long: five minutes, where it is silent. */
export const options: SoakOptions = {
  seconds: Number(process.env["SOAK_SECONDS"] ?? 300),
  isSecure: false,
  idleWebSockets: 5_000,
  sample: 200,
  busyConnections: 200,
  drainMs: 10_000,
};

/** The same by TLS: shorter and with fewer, for TLS costs the load as much as the server. */
export const secureOptions: SoakOptions = {
  seconds: Math.min(45, options.seconds),
  isSecure: true,
  idleWebSockets: 500,
  sample: 100,
  busyConnections: 40,
  drainMs: 10_000,
};

/** Descriptors that each of the processes needs at most. */
export function neededOpenFiles({ idleWebSockets, busyConnections }: SoakOptions): number {
  return idleWebSockets + busyConnections + 500;
}
