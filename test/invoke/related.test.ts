import assert from "node:assert/strict";
import { test } from "node:test";
import { api, resource, rule, signedIn, t } from "fourfold";
import { startTest } from "fourfold/testing";

interface Answered {
  readonly books: readonly { readonly title: string; readonly author: Author }[];
  readonly authors: readonly { readonly name: string; readonly books: readonly Book[] }[];
  readonly error: { readonly code: string };
}
const bodyOf = ({ json }: { readonly json: unknown }): Answered => json as Answered;

interface Author {
  readonly id: string;
  readonly name: string;
  readonly salary?: number | null;
}
interface Book {
  readonly id: string;
  readonly title: string;
  readonly authorId: string;
}

const id = (index: number): string => `0190b1c2-0000-7000-8000-${String(index).padStart(12, "0")}`;
const authors: readonly Author[] = [0, 1, 2].map((index) => ({ id: id(index), name: `A${index}` }));
const books: readonly Book[] = Array.from({ length: 250 }, (_, index) => ({
  id: id(100 + index),
  title: `B${index}`,
  authorId: id(index % 2),
}));

/** Rows that no store keeps, and what its handlers were asked for. */
function library(byBatch: boolean) {
  const asked: string[] = [];
  const Author = resource("Author", {
    fields: { id: t.id(), name: t.string() },
    handlers: {
      list: () => ({ items: authors, nextPageToken: "" }),
      get: ({ input }) => {
        asked.push(`get ${input.id.at(-1)}`);
        return authors.find((author) => author.id === input.id) ?? null;
      },
      ...(byBatch
        ? {
            batchGet: ({ input: { ids } }: { readonly input: { readonly ids: readonly string[] } }) => {
              asked.push(`batchGet ${ids.map((each) => each.at(-1)).join()}`);
              return ids.map((each) => authors.find((author) => author.id === each) ?? null);
            },
          }
        : {}),
    },
  });
  const Book = resource("Book", {
    fields: { id: t.id(), title: t.string(), author: t.ref(() => Author, { inverse: "books" }) },
    handlers: { list: () => ({ items: books.slice(0, 4), nextPageToken: "" }) },
    related: {
      author: ({ input: { ids, limit } }) => {
        asked.push(`books of ${ids.map((each) => each.at(-1)).join()} up to ${limit}`);
        return ids.map((each) => books.filter((book) => book.authorId === each).slice(0, limit));
      },
    },
  });
  return { asked, definition: api("library", { resources: [Author, Book] }) };
}

for (const byBatch of [true, false]) {
  test(`rows of the application's own are found for many: ${byBatch ? "batchGet" : "get"}`, async () => {
    const { asked, definition } = library(byBatch);
    await using server = await startTest(definition);
    const listed = await server.request("GET /books?include=author");
    assert.deepEqual(
      bodyOf(listed).books.map((book) => book.author.name),
      ["A0", "A1", "A0", "A1"],
    );
    assert.deepEqual(asked, byBatch ? ["batchGet 0,1"] : ["get 0", "get 1"]);
    asked.length = 0;
    const owners = await server.request("GET /authors?include=books");
    assert.deepEqual(
      bodyOf(owners).authors.map((author) => author.books.length),
      [100, 100, 0],
    );
    assert.deepEqual(asked, ["books of 0,1,2 up to 101"]);
  });
}

test("batchGet of the application's own is an operation like any other", async () => {
  const { definition } = library(true);
  await using server = await startTest(definition);
  const found = await server.request(`GET /authors:batchGet?ids=${id(2)}&ids=${id(0)}`);
  assert.deepEqual(
    bodyOf(found).authors.map(({ name }) => name),
    ["A2", "A0"],
  );
  const missing = await server.request(`GET /authors:batchGet?ids=${id(2)}&ids=${id(9)}`);
  assert.deepEqual([missing.status, bodyOf(missing).error.code], [404, "AUTHOR_NOT_FOUND"]);
});

test("a handler that leaves a row out does not give its place to the next one", async () => {
  const Author = resource("Author", {
    fields: { id: t.id() },
    handlers: { get: () => null, batchGet: ({ input }) => input.ids.slice(1).map((each) => ({ id: each })) },
  });
  const Book = resource("Book", {
    fields: { id: t.id(), author: t.ref(() => Author) },
    handlers: {
      list: () => ({
        items: [0, 1].map((index) => ({ id: id(index), authorId: id(7 + index) })),
        nextPageToken: "",
      }),
    },
  });
  await using server = await startTest(api("library", { resources: [Author, Book] }));
  const answer = await server.request("GET /books?include=author");
  assert.deepEqual([answer.status, bodyOf(answer).error.code], [500, "INTERNAL"]);
});

test("rules on fields hold for each caller of rows that were read for many", async () => {
  const Author = resource("Author", {
    fields: { id: t.id(), name: t.string(), salary: t.int32() },
    allow: { fields: { salary: signedIn } },
  });
  const Book = resource("Book", {
    fields: { id: t.id(), author: t.ref(() => Author, { inverse: "books" }) },
  });
  const definition = api("library", {
    resources: [Author, Book],
    authenticate: ({ bearer }) => (bearer === null ? null : { id: bearer, roles: [], claims: {} }),
  });
  await using server = await startTest(definition);
  const kim = { id: "kim", roles: [], claims: {} };
  const author = await server.call(Author.create, { name: "A", salary: 7 }, kim);
  await server.call(Book.create, { authorId: author.id }, kim);
  const answers = await Promise.all([
    server.request("GET /books?include=author"),
    server.request("GET /books?include=author", { headers: { authorization: "Bearer kim" } }),
    server.request("GET /books?include=author"),
  ]);
  assert.deepEqual(
    answers.map((answer) => bodyOf(answer).books[0]?.author.salary),
    [null, 7, null],
  );
});

test("rules on rows hold in relations, each caller's own", async () => {
  const Author = resource("Author", { fields: { id: t.id(), name: t.string() } });
  const Book = resource("Book", {
    fields: { id: t.id(), owner: t.string(), author: t.ref(() => Author, { inverse: "books" }) },
    allow: { rows: ({ caller }) => ({ owner: caller?.id ?? "" }) },
  });
  const definition = api("library", {
    resources: [Author, Book],
    authenticate: ({ bearer }) => (bearer === null ? null : { id: bearer, roles: [], claims: {} }),
  });
  await using server = await startTest(definition);
  const author = await server.call(Author.create, { name: "A" });
  for (const owner of ["kim", "kim", "lee"]) await server.call(Book.create, { owner, authorId: author.id });
  const path = `GET /authors/${author.id}?include=books`;
  const answers = await Promise.all(
    [null, { authorization: "Bearer kim" }, { authorization: "Bearer lee" }].map((headers) =>
      server.request(path, headers === null ? {} : { headers }),
    ),
  );
  assert.deepEqual(
    answers.map((answer) => bodyOf(answer).books.length),
    [0, 2, 1],
  );
});

test("who may not list rows may not list them by a relation", async () => {
  const never = rule("never", () => false);
  const Author = resource("Author", { fields: { id: t.id(), name: t.string() } });
  const Book = resource("Book", {
    fields: { id: t.id(), author: t.ref(() => Author, { inverse: "books" }) },
    allow: { call: { list: never } },
  });
  await using server = await startTest(api("library", { resources: [Author, Book] }));
  await server.call(Author.create, { name: "A" });
  const answer = await server.request("GET /authors?include=books");
  assert.deepEqual([answer.status, bodyOf(answer).error.code], [401, "UNAUTHENTICATED"]);
});
