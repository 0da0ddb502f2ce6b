import assert from "node:assert/strict";
import { test } from "node:test";
import { status } from "@grpc/grpc-js";
import { startTest, type TestServer } from "fourfold/testing";
import { GrpcJs, type Message } from "../streams/grpc-js.ts";
import { definitionsOf } from "./definitions.ts";
import { Book, library } from "./library.ts";

const file = new URL("./library.proto", import.meta.url);

interface Rig extends AsyncDisposable {
  readonly server: TestServer;
  readonly client: GrpcJs;
}

async function rig(): Promise<Rig> {
  const definitions = await definitionsOf(file);
  const server = await startTest(library);
  const client = new GrpcJs(server.port, "acme.library", definitions);
  const close = async (): Promise<void> => {
    client.close();
    await server.close();
  };
  return { server, client, [Symbol.asyncDispose]: close };
}

async function answerOf(client: GrpcJs, place: string, message: Message, bearer?: string): Promise<Message> {
  const metadata = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  const { answer, end } = await client.unary(place, message, { metadata });
  assert.equal(end.code, status.OK, end.message);
  assert.ok(answer !== null);
  return answer;
}

const whole = {
  book_title: "Dracula",
  subtitle: { value: "A tale" },
  genre: "GENRE_SCI",
  pages: 300,
  tags: ["old", "red"],
  publisher: { name: "AC", city: "London" },
  published_at: { seconds: "1" },
  secret: "s",
};

test("a row comes and goes in a message of another file: names, enums, wrappers, objects, times", async () => {
  await using all = await rig();
  const made = await answerOf(all.client, "Books/Add", { book: whole }, "ann");
  const { isbn_id: id, etag, ...rest } = made;
  assert.deepEqual(rest, whole);
  assert.match(String(etag), /\.1$/);
  const row = await all.server.call(Book.get, { id: String(id) }, { id: "a", roles: [], claims: {} });
  assert.deepEqual(Object.fromEntries(Object.entries(row)), {
    id,
    title: "Dracula",
    subtitle: "A tale",
    genre: "science",
    pages: 300,
    tags: ["old", "red"],
    publisher: { name: "AC", city: "London" },
    publishedAt: new Date(1000),
    secret: "s",
  });
  const fetched = await answerOf(all.client, "Books/Fetch", { isbn_id: id }, "ann");
  assert.deepEqual(fetched, { book: made });
});

test("what is not set is as if it were not sent, and what is null is not set", async () => {
  await using all = await rig();
  const made = await answerOf(all.client, "Books/Add", { book: { book_title: "Emma" } });
  const { isbn_id: id, etag: _, ...rest } = made;
  assert.deepEqual(rest, { book_title: "Emma", genre: "GENRE_NOVEL" });
  const { subtitle, pages, publisher, publishedAt } = await all.server.call(Book.get, { id: String(id) });
  assert.deepEqual([subtitle, pages, publisher, publishedAt], [null, null, null, null]);
});

test("fields that rules hide are not set", async () => {
  await using all = await rig();
  const { isbn_id } = await answerOf(all.client, "Books/Add", { book: whole }, "ann");
  const { book } = await answerOf(all.client, "Books/Fetch", { isbn_id });
  assert.ok(typeof book === "object" && book !== null && !("secret" in book));
});

test("without a mask an update changes what is set, with one what it names", async () => {
  await using all = await rig();
  const { isbn_id, etag } = await answerOf(all.client, "Books/Add", { book: whole }, "ann");
  const change = (book: Message, ...paths: string[]): Promise<Message> =>
    answerOf(
      all.client,
      "Books/Change",
      { book: { isbn_id, ...book }, update_mask: paths.length === 0 ? null : { paths } },
      "ann",
    );
  const renamed = await change({ book_title: "Carmilla", pages: 0, tags: [] });
  assert.deepEqual({ ...renamed, etag }, { ...whole, isbn_id, etag, book_title: "Carmilla" });
  const cleared = await change({ book_title: "Other" }, "tags", "subtitle", "publisher");
  assert.deepEqual(
    [cleared["book_title"], cleared["tags"], cleared["subtitle"], cleared["genre"], cleared["publisher"]],
    ["Carmilla", undefined, undefined, "GENRE_SCI", undefined],
  );
  assert.equal(cleared["pages"], 300);
  const wrong = await all.client.unary("Books/Change", {
    book: { isbn_id },
    update_mask: { paths: ["book_title", "nothing"] },
  });
  assert.deepEqual(wrong.end.details?.violations, [{ path: "update_mask.paths[1]", rule: "unknownField" }]);
  const none = await all.client.unary("Books/Change", {
    book: { isbn_id },
    update_mask: { paths: ["book.genre"] },
  });
  assert.deepEqual(none.end.details?.violations, [{ path: "book.genre", rule: "required" }]);
});

test("an etag of the .proto refuses a change of what has changed since", async () => {
  await using all = await rig();
  const { isbn_id, etag } = await answerOf(all.client, "Books/Add", { book: whole });
  await answerOf(all.client, "Books/Change", { book: { isbn_id, book_title: "B", etag } });
  const late = await all.client.unary("Books/Change", { book: { isbn_id, book_title: "C", etag } });
  assert.equal(late.end.code, status.ABORTED);
  const gone = await all.client.unary("Books/Remove", { isbn_id, etag });
  assert.equal(gone.end.code, status.ABORTED);
  assert.deepEqual(await answerOf(all.client, "Books/Remove", { isbn_id }), {});
  const none = await all.client.unary("Books/Fetch", { isbn_id });
  assert.deepEqual([none.end.code, none.end.details?.reason], [status.NOT_FOUND, "BOOK_NOT_FOUND"]);
});

test("every broken rule is told by the field of the .proto", async () => {
  await using all = await rig();
  const { end } = await all.client.unary("Books/Add", {
    book: { book_title: "", pages: -1, tags: ["ok", "much too long"], publisher: { name: "A" }, genre: 9 },
  });
  assert.equal(end.code, status.INVALID_ARGUMENT);
  assert.deepEqual(end.details?.violations?.map(({ path }) => path).sort(), [
    "book.book_title",
    "book.genre",
    "book.pages",
    "book.publisher.name",
    "book.tags[1]",
  ]);
  assert.match(end.message, /^book\.book_title: /);
  const missing = await all.client.unary("Books/Add", {});
  assert.deepEqual(missing.end.details?.violations, [{ path: "book.book_title", rule: "required" }]);
});

test("pages go by the .proto's tokens, and a stream has all of them", async () => {
  await using all = await rig();
  const numbers = Array.from({ length: 130 }, (_, index) => index + 1);
  for (const pages of numbers) await all.server.call(Book.create, { title: `Book ${pages}`, pages });
  const first = await answerOf(all.client, "Books/Page", { page_size: 20, where: "pages > 100" });
  const [books, token] = [first["books"], first["next_page_token"]];
  assert.ok(Array.isArray(books));
  assert.equal(books.length, 20);
  const second = await answerOf(all.client, "Books/Page", { page_token: token, where: "pages > 100" });
  assert.ok(
    Array.isArray(second["books"]) && !("next_page_token" in second && second["next_page_token"] !== ""),
  );
  assert.equal(second["books"].length, 10);
  const stream = all.client.server("Books/Stream", {});
  assert.deepEqual(
    (await stream.all()).map(({ pages }) => pages),
    numbers,
  );
  assert.equal((await stream.end).code, status.OK);
  const some = await all.client.server("Books/Stream", { where: "pages <= 70" }).all();
  assert.equal(some.length, 70);
  const wrong = all.client.server("Books/Stream", { where: "paper = 1" });
  assert.equal((await wrong.end).code, status.INVALID_ARGUMENT);
});

test("streams of operations are those of the .proto", async () => {
  await using all = await rig();
  assert.deepEqual(
    (await all.client.server("Readers/Watch", {}).all()).map(({ value }) => value),
    [1, 2, 3],
  );
  // Its field has presence, so that 0 is what was sent.
  assert.deepEqual(await all.client.server("Readers/Watch", { to: 0 }).all(), []);
  const sum = all.client.sending("Readers/Total");
  for (const amount_in_cents of [1, 2, 0, 39]) await sum.send({ amount_in_cents });
  sum.call.end();
  assert.deepEqual(await sum.answer, { total: "42" });
  const echo = all.client.both("Readers/Echo");
  await echo.send({ amount_in_cents: 5 });
  assert.deepEqual(await echo.next(), { value: 5 });
  await echo.send({ amount_in_cents: -5 });
  assert.equal(await echo.next(), null);
  const end = await echo.end;
  assert.deepEqual(end.details?.violations, [{ path: "messages[1].amount_in_cents", rule: "minimum" }]);
});

test("a watch tells of rows by the .proto's message", async () => {
  await using all = await rig();
  const { id } = await all.server.call(Book.create, { title: "Emma" });
  const stream = all.client.server("Books/Changes", { where: 'bookTitle != "None"' });
  const told = async (): Promise<readonly unknown[]> => {
    const { kind, isbn_id, book } = (await stream.next()) ?? {};
    return [kind, isbn_id, Reflect.get(Object(book), "book_title")];
  };
  assert.deepEqual(await told(), ["IS", id, "Emma"]);
  assert.deepEqual(await told(), ["READY", undefined, undefined]);
  await all.server.call(Book.update, { id, title: "Other" });
  assert.deepEqual(await told(), ["UPDATED", id, "Other"]);
  await all.server.call(Book.delete, { id });
  assert.deepEqual(await told(), ["DELETED", id, undefined]);
  stream.call.cancel();
});

test("values of all sorts, with presence and without", async () => {
  await using all = await rig();
  const seen = async (message: Message): Promise<unknown> => {
    const { seen: text } = await answerOf(all.client, "Readers/Kinds", message);
    return JSON.parse(String(text));
  };
  assert.deepEqual(await seen({ big: 0, items: [] }), { ratio: 0.5, big: "0n", items: [] });
  const items = [
    { display_name: "a", count: 0 },
    { display_name: "", count: 2 },
  ];
  assert.deepEqual(
    await seen({ flag: true, ratio: 2, big: "-9007199254740993", maybe: false, items, one: "" }),
    {
      flag: true,
      ratio: 2,
      big: "-9007199254740993n",
      maybe: false,
      items: [{ displayName: "a" }, { displayName: "", count: 2 }],
      one: "",
    },
  );
  const { end } = await all.client.unary("Readers/Kinds", { items: [{}, { display_name: "long" }] });
  assert.deepEqual(
    end.details?.violations?.map(({ path }) => path),
    ["items[1].display_name"],
  );
});

test("what is refused is not served", async () => {
  await using all = await rig();
  assert.equal((await all.client.unary("Books/Lend", {})).end.code, status.UNIMPLEMENTED);
});
