import { answerQuestions } from "../../soak/process/asked.ts";
import { until } from "../../soak/process/until.ts";
import { get } from "../get.ts";
import { options } from "../options.ts";
import { Chance } from "./chance.ts";
import { eventsLine } from "./events-line.ts";
import { graphqlLine } from "./graphql-line.ts";
import { rpcLine } from "./rpc-line.ts";
import { Tally } from "./tally.ts";
import { Visiting } from "./visiting.ts";
import { Watching } from "./watching.ts";

/** The clients of the soak, in a process of their own. Argument: the server's port. */

const port = Number(process.argv[2]);
const { clients } = options;
const tally = new Tally();
let seed = 1;
const chance = (): Chance => new Chance(seed++);
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const watching = (open: ReturnType<typeof rpcLine>): Watching => new Watching(open, tally, chance());
const visiting = (room: string): Visiting => new Visiting(`ws://127.0.0.1:${port}${room}`, tally, chance());

const notes = [
  ...many(clients.rpc, () => watching(rpcLine(port, "notes.watch"))),
  ...many(clients.graphql, () => watching(graphqlLine(port))),
  ...many(clients.events, () => watching(eventsLine(port))),
];
const scrolls = many(clients.large, () => watching(rpcLine(port, "scrolls.watch")));
const rooms: ReadonlyMap<string, readonly Visiting[]> = new Map([
  ...many(4, (room) => {
    const path = `/rooms/${room}`;
    return [path, many(Math.ceil((clients.rooms - room) / 4), () => visiting(path))] as const;
  }),
  ["/rooms/large", many(clients.largeRooms, () => visiting("/rooms/large"))],
  ["/loose/large", many(clients.looseRooms, () => visiting("/loose/large"))],
]);

answerQuestions({
  report: () => ({ ...tally }),
  settle: async (withinMs) => {
    const all = [...notes, ...scrolls, ...[...rooms.values()].flat()];
    for (const { wandering } of all) wandering.settle();
    await until(() => all.every(({ isConnected }) => isConnected), withinMs);
    return true;
  },
  behind: async (withinMs) => {
    let behind: readonly string[] = [];
    await until(async () => {
      behind = await everyoneBehind();
      return behind.length === 0;
    }, withinMs);
    return behind.slice(0, 10);
  },
});

async function everyoneBehind(): Promise<readonly string[]> {
  const [ofNotes, ofScrolls] = await Promise.all([rowsAt("notes"), rowsAt("scrolls")]);
  return [
    ...notes.flatMap((client) => behindRows(client, ofNotes)),
    ...scrolls.flatMap((client) => behindRows(client, ofScrolls)),
    ...[...rooms].flatMap(([path, members]) => behindRoom(path, members)),
  ];
}

function behindRows({ ledger, isConnected }: Watching, rows: ReadonlyMap<string, number>): readonly string[] {
  const isEven =
    isConnected &&
    ledger.rows.size === rows.size &&
    [...rows].every(([id, count]) => ledger.rows.get(id) === count);
  return isEven ? [] : [`a watch has ${JSON.stringify([...ledger.rows])} (${isConnected})`];
}

/** Nobody knows what the last message is, but that all have the same. */
function behindRoom(path: string, members: readonly Visiting[]): readonly string[] {
  const last = Math.max(...members.map((member) => member.last));
  return members.flatMap((member) =>
    member.isConnected && member.last === last ? [] : [`${path}: ${member.last} of ${last}`],
  );
}

async function rowsAt(plural: string): Promise<ReadonlyMap<string, number>> {
  const listed = await get(port, `/${plural}?pageSize=100`);
  const { [plural]: rows } = JSON.parse(listed) as Record<string, { id: string; count: number }[]>;
  return new Map((rows ?? []).map(({ id, count }) => [id, count]));
}
