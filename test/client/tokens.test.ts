import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, type ClientOptions, createClient, type StateEvent } from "fourfold/client";
import { startTest, type TestServer } from "fourfold/testing";
import { count, numbers, Order, room, secret, shop, tokens, told, who } from "./shop.ts";
import { until } from "./until.ts";

// Who the client calls as: at the handshake, on an open socket, and when the server does not take it.

let server: TestServer;
let clients: Client[] = [];
before(async () => {
  server = await startTest(shop);
  for (const id of ["ada", "grace"]) tokens.set(`token of ${id}`.replaceAll(" ", "/"), { id });
});
after(() => server.close());
afterEach(() => {
  for (const client of clients) client.close();
  clients = [];
});

const ada = "token/of/ada";
const grace = "token/of/grace";

function made(options: ClientOptions): Client {
  const client = createClient({ url: server.origin, backOffMs: 5, ...options });
  clients.push(client);
  return client;
}

/** A JWT as far as clients look at it. */
function jwt(id: string, exp: number): string {
  const token = ["{}", JSON.stringify({ sub: `${id}?~ü`, exp }), "signed"]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
  tokens.set(token, { id, exp });
  return token;
}

test("a token goes along with the handshake; none is nobody", async () => {
  assert.equal(await made({ token: () => ada }).call(who), "ada");
  assert.equal(await made({ token: async () => grace }).call(who), "grace");
  for (const token of [undefined, () => null, () => undefined, () => ""]) {
    const nobody = made({ token });
    assert.equal(await nobody.call(who), null);
    await assert.rejects(nobody.call(secret), { code: "UNAUTHENTICATED", kind: "unauthenticated" });
  }
});

test("who signs in, is another one, or signs out is so for the calls that follow", async () => {
  let token: string | null = null;
  const client = made({ token: () => token, whileAway: "queue" });
  assert.equal(await client.call(who), null);
  const types: string[] = [];
  client.watch(Order).listen(({ type }) => types.push(type));
  await until(() => types.length === 1);
  token = ada;
  await client.renew();
  assert.equal(await client.call(who), "ada");
  token = grace;
  await client.renew();
  assert.equal(await client.call(who), "grace");
  token = null;
  await client.renew();
  assert.equal(await client.call(who), null);
  await until(() => types.length === 7);
  assert.deepEqual(types, ["synced", ...["reset", "synced"], ...["reset", "synced"], ...["reset", "synced"]]);
  const asAda = client.call(count, { key: "ada's", ms: 50 });
  const failed = assert.rejects(asAda, { code: "OUTCOME_UNKNOWN" });
  await until(() => told.counted.get("ada's") === 1);
  token = ada;
  await client.renew();
  await failed;
  assert.equal(told.counted.get("ada's"), 1, "nobody has repeated it");
  const joined = client.channel(room, { id: "changing" });
  const members: (string | null)[] = [];
  joined.listen((event) => {
    if (event.type === "here") members.push(...event.members.map(({ caller }) => caller));
  });
  await until(() => members.length === 1);
  token = grace;
  await client.renew();
  await until(() => members.length === 2);
  assert.deepEqual(members, ["ada", "grace"]);
});

test("a call that is answered UNAUTHENTICATED is made again with a new token, many with one", async () => {
  const asked: (string | null)[] = [];
  const client = made({
    token(refused) {
      asked.push(refused);
      return asked.length === 1 ? null : ada;
    },
  });
  const answers = await Promise.all([client.call(secret), client.call(secret), client.call(secret)]);
  assert.deepEqual(answers, ["the secret", "the secret", "the secret"]);
  assert.deepEqual(asked, [null, null]);
});

test("a token that is refused is asked for once more, and then no more", async () => {
  const asked: (string | null)[] = [];
  const given = ["stale", ada];
  const renewed = made({
    token(refused) {
      asked.push(refused);
      return given.shift() ?? null;
    },
  });
  const states: StateEvent[] = [];
  renewed.listen((event) => states.push(event));
  assert.equal(await renewed.call(who), "ada");
  assert.deepEqual(asked, [null, "stale"]);
  assert.deepEqual(
    states.map(({ state, error }) => [state, error?.code]),
    [
      ["connecting", undefined],
      ["open", undefined],
    ],
  );

  let times = 0;
  let token = "stale";
  const refused = made({
    token: () => {
      times++;
      return token;
    },
    whileAway: "queue",
  });
  await assert.rejects(refused.call(who), { code: "UNAUTHENTICATED", kind: "unauthenticated" });
  assert.deepEqual([refused.state, times], ["closed", 2]);
  await assert.rejects(refused.call(who), { code: "UNAUTHENTICATED" });
  await assert.rejects(refused.open(), { code: "UNAUTHENTICATED" });
  token = ada;
  await refused.renew();
  assert.equal(await refused.call(who), "ada");
});

test("a token is renewed before it expires, over the same socket", async () => {
  const now = Date.now() / 1_000;
  const given = [jwt("first", now + 0.5), jwt("second", now + 3600)];
  let asked = 0;
  const client = made({ token: () => given[Math.min(asked++, 1)] });
  const states: StateEvent[] = [];
  assert.equal(await client.call(who), "first");
  client.listen((event) => states.push(event));
  await until(() => asked === 2);
  while ((await client.call(who)) !== "second") await sleep(10);
  assert.deepEqual(states, []);
});

test("a token that cannot be had is asked for again, with the time in between growing", async () => {
  let times = 0;
  const client = made({
    token() {
      if (++times < 3) throw new Error("the network");
      return ada;
    },
  });
  assert.equal(await client.call(who, undefined, { whileAway: "queue" }), "ada");
  assert.equal(times, 3);
});

test("a subscription is opened as who the token says", async () => {
  const client = made({ token: () => ada });
  const values: bigint[] = [];
  for await (const { number } of client.subscribe(numbers, { to: 2 })) values.push(number);
  assert.deepEqual(values, [1n, 2n]);
});
