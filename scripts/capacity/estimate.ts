import type { Figures } from "./figures.ts";

/** What an application is asked to do, each second where nothing else is said, and how its nodes are set up. */
export interface Load {
  readonly reads: number;
  readonly writes: number;
  readonly graphql: number;
  readonly grpc: number;
  /** Of 1: reads that a CDN or a browser answers, and of the rest those that the application cache does. */
  readonly cdnHits: number;
  readonly cacheHits: number;
  readonly watchers: number;
  /** Changes of rows that one watcher is told a second. */
  readonly told: number;
  readonly rows: number;
  readonly rowBytes: number;
  readonly handlerUs: number;
  readonly foreignWriteUs: number;
  readonly databaseReadUs: number;
  readonly databaseWriteUs: number;
  readonly cacheMib: number;
  readonly poolMax: number;
  readonly maxConnections: number;
  /** Of 1: how busy a node may be. */
  readonly busy: number;
  /** Nodes that may be away. */
  readonly spare: number;
}

export interface Estimate {
  /** Cores' time a second, of all nodes together; without what nodes tell each other. */
  readonly cores: number;
  readonly nodes: number;
  readonly memoryMibPerNode: number;
  readonly connections: number;
  readonly needsPooler: boolean;
  readonly databaseStatements: number;
  readonly databaseCores: number;
  readonly databaseGib: number;
  /** Messages that nodes get a second of others' writes. */
  readonly busDeliveries: number;
  readonly cdnRequests: number;
}

/** Half of a table again, for its indexes, and for versions of rows that are yet to be vacuumed. */
const overhead = 1.5;

/** Connections of a node beside its pool: for notifications, the bus, and the look at what others have written. */
const besidePool = 3;

/** Throws where no number of nodes suffices. */
export function estimate(load: Load, figures: Figures): Estimate {
  const arriving = load.reads * (1 - load.cdnHits);
  const missed = arriving * (1 - load.cacheHits);
  const handled = missed + load.writes + load.graphql + load.grpc;
  const cores =
    ((arriving - missed) * figures.cachedReadUs +
      missed * figures.readUs +
      load.writes * figures.writeUs +
      load.graphql * figures.graphqlUs +
      load.grpc * figures.grpcUs +
      handled * load.handlerUs +
      load.watchers * load.told * figures.deliveryUs) /
    1e6;
  const nodes = nodesFor(cores, load);
  const databaseReads = missed + load.graphql * 2 + load.grpc;
  const direct = nodes * (load.poolMax + besidePool);
  return {
    cores,
    nodes,
    memoryMibPerNode:
      figures.processMib + load.cacheMib + ((load.watchers / nodes) * figures.idleSocketKib) / 1024,
    connections: direct,
    needsPooler: direct > load.maxConnections * 0.8,
    databaseStatements: databaseReads + load.writes,
    databaseCores: (databaseReads * load.databaseReadUs + load.writes * load.databaseWriteUs) / 1e6,
    databaseGib: (load.rows * load.rowBytes * overhead) / 2 ** 30,
    busDeliveries: load.writes * (nodes - 1),
    cdnRequests: load.reads * load.cdnHits,
  };
}

/** Each node hears of every write: what is left of it for requests shrinks as writes grow, and not as nodes are added. */
function nodesFor(cores: number, { busy, writes, foreignWriteUs, spare }: Load): number {
  const alone = Math.ceil(cores / busy);
  if (alone <= 1 && spare === 0) return 1;
  const left = busy - (writes * foreignWriteUs) / 1e6;
  if (left <= 0)
    throw new Error(
      `${writes} writes a second keep every node busy with what others wrote: divide the data among deployments`,
    );
  return Math.max(1, Math.ceil(cores / left)) + spare;
}
