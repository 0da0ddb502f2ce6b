import assert from "node:assert/strict";
import { test } from "node:test";
import { api, command, query, resource, subscription, t } from "fourfold";
import { protoText } from "../../../../src/protocols/grpc/model/proto-text.ts";
import { MessageTypes } from "../../../../src/protocols/grpc/model/shapes.ts";
import { build, declaration, messageOf, parsed } from "./build.ts";

const Note = resource("Note", { description: "A note.", fields: { id: t.id(), text: t.text() } });

const model = build(
  api("pad", {
    description: "Notes.",
    resources: [Note],
    operations: [
      command("pin", { on: Note, output: Note, description: "Pins a note.", handle: ({ target }) => target }),
      command("clear", { on: Note, scope: "collection", deprecated: "use delete", handle: () => undefined }),
      query("count", { input: { text: t.string({ optional: true }) }, output: t.int32(), handle: () => 1 }),
      subscription("tail", {
        input: { from: t.object({ line: t.int32() }) },
        output: Note,
        async *handle() {},
      }),
    ],
  }),
)[0];

test("standard methods are those of the AIPs, custom ones a verb and what it is about", () => {
  assert.equal(
    declaration(model, "service NoteService").replace(/\n\n/g, "\n"),
    `service NoteService {
  rpc ListNotes(ListNotesRequest) returns (ListNotesResponse) {
    option idempotency_level = NO_SIDE_EFFECTS;
  }
  rpc GetNote(GetNoteRequest) returns (Note) {
    option idempotency_level = NO_SIDE_EFFECTS;
  }
  rpc CreateNote(CreateNoteRequest) returns (Note);
  rpc UpdateNote(UpdateNoteRequest) returns (Note);
  rpc ReplaceNote(ReplaceNoteRequest) returns (Note);
  rpc DeleteNote(DeleteNoteRequest) returns (google.protobuf.Empty);
  rpc WatchNotes(WatchNotesRequest) returns (stream WatchNotesResponse);
  rpc BatchGetNotes(BatchGetNotesRequest) returns (BatchGetNotesResponse) {
    option idempotency_level = NO_SIDE_EFFECTS;
  }
  rpc BatchCreateNotes(BatchCreateNotesRequest) returns (BatchCreateNotesResponse);
  // Pins a note.
  rpc PinNote(PinNoteRequest) returns (Note);
  // Deprecated: use delete
  rpc ClearNotes(ClearNotesRequest) returns (google.protobuf.Empty) {
    option deprecated = true;
  }
}`,
  );
  assert.equal(
    declaration(model, "service PadService").replace(/\n\n/g, "\n"),
    `service PadService {
  rpc Count(CountRequest) returns (CountResponse) {
    option idempotency_level = NO_SIDE_EFFECTS;
  }
  rpc Tail(TailRequest) returns (stream Note);
}`,
  );
});

test("requests: the item's id, pages, masks and tags", () => {
  assert.equal(declaration(model, "message PinNoteRequest"), "message PinNoteRequest {\n  string id = 1;\n}");
  assert.equal(declaration(model, "message ClearNotesRequest"), "message ClearNotesRequest {}");
  assert.match(declaration(model, "message TailRequest"), /TailRequestFrom from = 1;/);
  assert.match(
    declaration(model, "message ListNotesRequest"),
    /optional int32 page_size = 1;\n {2}optional string page_token = 2;/,
  );
  assert.match(
    declaration(model, "message ListNotesResponse"),
    /repeated Note notes = 1;\n.*\n {2}string next_page_token = 2;/,
  );
  assert.match(
    declaration(model, "message ReplaceNoteRequest"),
    /string id = 1;\n {2}string text = 2;\n.*\n {2}string etag = 3;/,
  );
  assert.match(
    declaration(model, "message BatchCreateNotesRequest"),
    /repeated CreateNoteRequest notes = 1;/,
  );
});

test("a page is written from the items of an answer", () => {
  const Message = parsed(model).lookupType("pad.v1.ListNotesResponse");
  const answer = { items: [{ id: "1", text: "a" }], nextPageToken: "t" };
  const bytes = new MessageTypes()
    .type(messageOf(model, "ListNotesResponse"))
    .proto.write(answer)
    .subarray(5);
  assert.deepEqual(Message.toObject(Message.decode(bytes)), {
    notes: [{ id: "1", text: "a" }],
    nextPageToken: "t",
  });
});

test("batches of what cannot be created by itself", () => {
  const only = build(
    api("pad", {
      resources: [
        resource("Line", {
          fields: { id: t.id(), text: t.text(), at: t.object({ x: t.int32() }) },
          methods: ["batchCreate"],
        }),
      ],
    }),
  )[0];
  assert.match(declaration(only, "message BatchCreateLinesRequest"), /repeated CreateLineRequest lines = 1;/);
  assert.equal(
    declaration(only, "message CreateLineRequest"),
    "message CreateLineRequest {\n  string text = 1;\n  LineAt at = 2;\n}",
  );
  parsed(only);
});

test("an operation of no resource in an API that is called as one", () => {
  const services = build(
    api("note", { resources: [Note], operations: [query("ping", { handle: () => undefined })] }),
  )[0].file.services;
  assert.deepEqual(
    services.map(({ fullName }) => fullName),
    ["note.v1.NoteService", "note.v1.NoteApiService"],
  );
});

test("the same definition gives the same text", () => {
  const definition = api("pad", { resources: [Note] });
  assert.equal(protoText(build(definition)[0].file), protoText(build(definition)[0].file));
});

test("an API of nothing is a file of nothing", () => {
  assert.equal(protoText(build(api("void", {}))[0].file), 'syntax = "proto3";\n\npackage void.v1;\n');
});
