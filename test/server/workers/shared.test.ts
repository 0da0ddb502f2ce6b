import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Client } from "undici";
import { folder } from "../../examples/program.ts";
import { ask, clientsByPid, readyPids, startMany } from "./many.ts";

const program = await startMany({ after }, 3, {
  DATABASE_URL: `sqlite:${join(await folder({ after }), "a.sqlite")}`,
});
const byPid = await clientsByPid({ after }, program.origins[0] ?? "", readyPids(program));
const clients: readonly Client[] = [...byPid.values()];

interface Item {
  readonly id: string;
  readonly name: string;
  readonly count: number;
}

/** The content of an answer that must be a success. */
async function get<T>(client: Client | undefined, line: string, json?: unknown): Promise<T> {
  assert.ok(client);
  const got = await ask(client, line, json);
  assert.ok(got.status < 300, `${line}: ${got.status} ${JSON.stringify(got.json)}`);
  return got.json as T;
}

test("once a write is acknowledged nobody serves what was cached before it", async () => {
  const { id } = await get<Item>(clients[0], "POST /items", { name: "0" });
  const all = <T>(line: string): Promise<T[]> => Promise.all(clients.map((client) => get<T>(client, line)));
  for (let round = 1; round <= 60; round++) {
    const names = (await all<Item>(`GET /items/${id}`)).map(({ name }) => name);
    assert.deepEqual(
      names,
      names.map(() => String(round - 1)),
    );
    const writer = clients[round % clients.length];
    const reader = clients[(round + 1) % clients.length];
    // Reads that are under way while it is written bring back the old row or the new one, and must not leave the old one.
    const meanwhile = Promise.all([1, 2, 3].map(() => get<Item>(reader, `GET /items/${id}`)));
    await get<Item>(writer, `PATCH /items/${id}`, { name: String(round) });
    await meanwhile;
  }
  await get<Item>(clients[1], `POST /items/${id}:increase`);
  assert.deepEqual(
    (await all<Item>(`GET /items/${id}`)).map(({ count }) => count),
    [1, 1, 1],
  );
  const lists = await all<{ items: Item[] }>("GET /items");
  await get(clients[2], `DELETE /items/${id}`);
  for (const [index, { items }] of (await all<{ items: Item[] }>("GET /items")).entries())
    assert.equal(items.length, (lists[index]?.items.length ?? 0) - 1);
  for (const client of clients) assert.equal((await ask(client, `GET /items/${id}`)).status, 404);
  const text = await get<string>(clients[0], "GET /metrics");
  assert.ok(Number(/^fourfold_cache_hits_total (\d+)/m.exec(text)?.[1]) > 0, "it was served from the cache");
});

test("several processes write at once: none fails, and nothing is lost", async () => {
  const { id } = await get<Item>(clients[0], "POST /items", { name: "counted" });
  await Promise.all(
    clients.map(async (client, writer) => {
      for (let index = 0; index < 30; index++) {
        await get<Item>(client, `POST /items/${id}:increase`);
        await get<Item>(client, "POST /items", { name: `${writer}.${index}` });
      }
    }),
  );
  const { count } = await get<Item>(clients[0], `GET /items/${id}`);
  assert.equal(count, 90);
  const { items } = await get<{ items: Item[] }>(clients[2], "GET /items?pageSize=500");
  assert.equal(items.filter(({ name }) => /^\d\.\d+$/.test(name)).length, 90);
});

test("whoever writes, those who watch any worker are told all of it, in one order", async (context) => {
  const watching = await clientsByPid(context, program.origins[0] ?? "", readyPids(program));
  const streams = await Promise.all(
    [...watching.values()].map((client) =>
      client.request({ method: "GET", path: "/items:watch?snapshot=false&filter=name:%22watched%22" }),
    ),
  );
  const seen = streams.map(() => [] as string[]);
  const begun = streams.map(() => Promise.withResolvers<void>());
  const reading = streams.map(async ({ body }, index) => {
    let text = "";
    for await (const part of body) {
      text += String(part);
      if (text.includes('"type":"synced"')) begun[index]?.resolve();
      const names = [...text.matchAll(/"name":"(watched [\d.]+)"/g)].map(([, name = ""]) => name);
      seen[index] = names;
      if (names.length === 60) return;
    }
  });
  await Promise.all(begun.map(({ promise }) => promise));
  await Promise.all(
    clients.map(async (client, writer) => {
      for (let index = 0; index < 20; index++)
        await get<Item>(client, "POST /items", { name: `watched ${writer}.${index}` });
    }),
  );
  await Promise.all(reading);
  assert.deepEqual(seen[1], seen[0]);
  assert.deepEqual(seen[2], seen[0]);
  assert.equal(new Set(seen[0]).size, 60);
});

test("what is cached is dropped when one that may have written is killed before it could tell", async () => {
  const [killed = 0, other = 0] = readyPids(program);
  const { id } = await get<Item>(byPid.get(other), "POST /items", { name: "kept" });
  await get<Item>(byPid.get(other), `GET /items/${id}`);
  const entries = async (): Promise<number> => {
    const text = await get<string>(byPid.get(other), "GET /metrics");
    return Number(/^fourfold_cache_entries (\d+)/m.exec(text)?.[1]);
  };
  assert.ok((await entries()) > 0);
  process.kill(killed, "SIGKILL");
  await program.until(() => program.stdout.includes('"worker_lost"'));
  assert.equal(await entries(), 0);
});
