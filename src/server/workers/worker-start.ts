/** How a process is told that it is a worker, and which. */
const variable = "FOURFOLD_WORKER";

/** What a worker is told at its start. */
export interface WorkerStart {
  /** From 1 to `count`; the one that comes after it has the same. */
  readonly slot: number;
  readonly count: number;
  /** The first of all: it brings the database up to date, fills it, and greets. */
  readonly isFirst: boolean;
  /** The ports that port 0 stands for by now, in the order of the addresses; null where they are still to be taken. */
  readonly ports: readonly number[] | null;
}

/** The start in a worker's environment. */
export function toEnvironment(start: WorkerStart): Readonly<Record<string, string>> {
  return { [variable]: JSON.stringify(start) };
}

/** The start of this process, taken out of its environment: what it starts itself is no worker. Null outside of workers. */
export function takeWorkerStart(environment: NodeJS.ProcessEnv): WorkerStart | null {
  const text = environment[variable];
  delete environment[variable];
  if (text === undefined) return null;
  const start: WorkerStart = JSON.parse(text);
  return start;
}

const anyPort = /(^|:)0+$/;

/** Addresses with the ports that were taken for their port 0. */
export function withPorts(addresses: readonly string[], ports: readonly number[] | null): readonly string[] {
  if (ports === null) return addresses;
  return addresses.map((address, index) => address.replace(anyPort, `$1${ports[index] ?? 0}`));
}

/** The ports that were taken for port 0; 0 in the place of each address that states one. */
export function chosenPorts(addresses: readonly string[], ports: readonly number[]): readonly number[] {
  return addresses.map((address, index) => (anyPort.test(address) ? (ports[index] ?? 0) : 0));
}
