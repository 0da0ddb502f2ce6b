import assert from "node:assert/strict";
import { test } from "node:test";
import { type Api, api, command, type Fields, query, resource, t, version } from "fourfold";
import type { PackageLock } from "../../../../src/protocols/grpc/model/package-lock.ts";
import { MessageTypes } from "../../../../src/protocols/grpc/model/shapes.ts";
import { build, declaration, messageOf, parsed } from "./build.ts";

const Author = resource("Author", { fields: { id: t.id(), displayName: t.string() } });
const Book = resource("Book", {
  fields: {
    id: t.id(),
    title: t.string(),
    pages: t.int32(),
    author: t.ref(() => Author),
    place: t.object({ shelf: t.string() }),
    genre: t.enum(["prose", "verse"], { optional: true }),
  },
});
const archive = command("archive", { on: Book, handle: () => undefined });
const tally = query("tally", { on: Book, scope: "collection", output: t.int32(), handle: () => 1 });

const [first, second] = build(
  api("library", {
    resources: [Author, Book],
    operations: [archive, tally],
    versions: [
      version("1", {
        renamed: [
          [Author.fields.displayName, "name"],
          [Book.fields.author, "writer"],
          [Book.fields.place, "where"],
        ],
        converted: [
          [
            Book.fields.pages,
            { type: t.string(), toVersion: (n: number) => `${n} p`, fromVersion: Number.parseInt },
          ],
        ],
        absent: [Book.fields.genre, archive],
      }),
      version("2"),
    ],
  }),
);

test("each version has a package with its own names, types and operations", () => {
  assert.ok(second !== undefined);
  assert.equal(first.file.package, "library.v1");
  assert.equal(first.file.path, "library/v1/library.proto");
  assert.equal(second.file.package, "library.v2");
  assert.match(
    declaration(first, "message Book"),
    /\{\n {2}string id = 1;\n {2}string title = 2;\n {2}string pages = 3;\n {2}string writer_id = 4;\n {2}BookWhere where = 5;\n/,
  );
  assert.match(
    declaration(second, "message Book"),
    /int32 pages = 3;\n {2}string author_id = 4;\n {2}BookPlace place = 5;\n {2}optional BookGenre genre = 6;\n/,
  );
  assert.match(declaration(first, "message CreateAuthorRequest"), /string name = 1;/);
  assert.match(declaration(second, "message CreateAuthorRequest"), /string display_name = 1;/);
  const names = (model: typeof first): readonly string[] =>
    model.operations.map(
      ({ service, method }) => `${service.slice(model.file.package.length + 1)}.${method.name}`,
    );
  assert.ok(!names(first).includes("BookService.ArchiveBook"));
  assert.ok(names(second).includes("BookService.ArchiveBook"));
  assert.ok(names(first).includes("BookService.TallyBooks"));
  const enums = first.file.enums.filter(({ fullName }) => !fullName.startsWith("library.v1.Watch"));
  assert.deepEqual(enums, [], "the enum went with its field");
});

test("rows are written in the version's names and types, from today's rows", () => {
  const row = { id: "1", title: "t", pages: 12, authorId: "a", place: { shelf: "s" }, genre: "verse" };
  const Message = parsed(first).lookupType("library.v1.Book");
  const bytes = new MessageTypes().type(messageOf(first, "Book")).proto.write(row).subarray(5);
  assert.deepEqual(Message.toObject(Message.decode(bytes)), {
    id: "1",
    title: "t",
    pages: "12 p",
    writerId: "a",
    where: { shelf: "s" },
  });
});

test("a version's name becomes part of a package", () => {
  const packages = build(
    api("library_2", { resources: [Author], versions: [version("2026-11.1"), version("Beta")] }),
  ).map(({ file }) => file.package);
  assert.deepEqual(packages, ["library_2.v2026_11_1", "library_2.vbeta"]);
});

/** The lock after a release. */
function locked(definition: Api): Readonly<Record<string, PackageLock>> {
  return Object.fromEntries(
    build(definition).map(({ file, numbering }) => [file.package, numbering.toLock()]),
  );
}

function changesOf(definition: Api, before: Api): readonly string[] {
  return build(definition, locked(before)).flatMap(({ file, numbering }) =>
    numbering.changes.map(({ kind, place, number }) => `${kind} ${file.package}.${place} ${number}`),
  );
}

test("a field renamed for a new version changes nothing in the older one", () => {
  const options = { methods: ["get"] } as const;
  const Before = resource("Author", { ...options, fields: { id: t.id(), born: t.date(), name: t.string() } });
  const Today = resource("Author", {
    ...options,
    fields: { id: t.id(), displayName: t.string({ formerly: "name" }), born: t.date() },
  });
  const today = api("library", {
    resources: [Today],
    versions: [version("1", { renamed: [[Today.fields.displayName, "name"]] }), version("2")],
  });
  const before = api("library", { resources: [Before], versions: [version("1")] });
  assert.deepEqual(changesOf(today, before), [
    "added library.v2.Author null",
    "added library.v2.GetAuthorRequest null",
  ]);
  const [older] = build(today, locked(before));
  assert.match(declaration(older, "message Author"), /string born = 2;\n {2}string name = 3;/);
});

test("references, objects and enums that are renamed keep their numbers, and those of their types", () => {
  const of = (fields: Fields): Api =>
    api("library", {
      resources: [
        Author,
        resource("Book", { fields: { id: t.id(), ...fields }, methods: ["get", "create"] }),
      ],
    });
  const before = of({
    writer: t.ref(() => Author),
    place: t.object({ shelf: t.string(), row: t.object({ x: t.int32() }) }),
    kind: t.list(t.enum(["prose", "verse"])),
    grid: t.list(t.list(t.int32())),
  });
  const today = of({
    kinds: t.list(t.enum(["essay", "verse", "prose"]), { formerly: "kind" }),
    shelf: t.object({ row: t.object({ x: t.int32() }), shelf: t.string() }, { formerly: "place" }),
    author: t.ref(() => Author, { formerly: "writer" }),
    cells: t.list(t.list(t.int32()), { formerly: "grid" }),
  });
  assert.deepEqual(
    changesOf(today, before).filter((change) => !change.startsWith("renamed")),
    ["added library.v1.BookKinds.BOOK_KINDS_ESSAY 3"],
  );
  const [model] = build(today, locked(before));
  assert.match(
    declaration(model, "message Book"),
    /author_id = 2;\n {2}BookShelf shelf = 3;\n {2}repeated BookKinds kinds = 4;\n {2}repeated BookCellsList cells = 5;/,
  );
  assert.match(declaration(model, "message BookShelf"), /string shelf = 1;\n {2}BookShelfRow row = 2;/);
  assert.match(
    declaration(model, "enum BookKinds"),
    /PROSE = 1;\n {2}BOOK_KINDS_VERSE = 2;\n {2}BOOK_KINDS_ESSAY = 3;/,
  );
});
