import assert from "node:assert/strict";
import { answer, answers, type Case, call, refusal } from "./case.ts";

const everything = {
  text: "grüße 🦊",
  lines: "one\ntwo",
  whole: -2_147_483_648,
  wide: "9007199254740993",
  share: 0.1,
  flag: true,
  content: Buffer.from([0, 255, 128, 10]).toString("base64"),
  at: "2026-02-03T04:05:06.789Z",
  tags: ["a", "", "b"],
  counts: [0, -1, 2_147_483_647],
  place: { x: 3, name: "here" },
  anything: { a: [1.5, null, true, { b: "c" }], d: {} },
  none: 0,
};

/** Whether a message and an answer, or streams of them, come across. */
export const messages: readonly Case[] = [
  {
    name: "every type of field, there and back",
    shown: async (client) => {
      const found = await answer(client, call("Echo", { ...everything, size: "ECHO_REQUEST_SIZE_LARGE" }));
      assert.deepEqual(found, { ...everything, size: "ECHO_RESPONSE_SIZE_LARGE" });
    },
  },
  {
    name: "rows are made, got, listed, changed, changed by nobody who has not seen them, and deleted",
    shown: async (client) => {
      const row = { title: "first", email: "ann@example.com" };
      const made = await answer(client, call("NoteService/CreateNote", row));
      const { id = "", etag: seen = "" } = made;
      assert.deepEqual(made, { ...row, id, etag: seen });
      assert.deepEqual(await answer(client, call("NoteService/GetNote", { id })), made);
      const { notes } = await answer(client, call("NoteService/ListNotes", { filter: 'title = "first"' }));
      assert.deepEqual(notes, [made]);
      const update = { id, title: "second", updateMask: "title", etag: seen };
      const { etag = "", ...changed } = await answer(client, call("NoteService/UpdateNote", update));
      assert.deepEqual(changed, { id, title: "second", email: row.email });
      assert.notEqual(etag, seen);
      await refusal(client, call("NoteService/UpdateNote", update), "ABORTED");
      assert.deepEqual(await answer(client, call("NoteService/DeleteNote", { id, etag })), {});
      await refusal(client, call("NoteService/GetNote", { id }), "NOT_FOUND");
    },
  },
  {
    name: "a stream of answers: 2,000, and none",
    shown: async (client) => {
      const many = await answers(client, call("Count", { to: 2000 }));
      assert.deepEqual(
        many.map(({ value }) => value),
        Array.from({ length: 2000 }, (_, index) => index + 1),
      );
      assert.deepEqual(await answers(client, call("Count", {})), []);
    },
  },
  {
    name: "a stream of messages: 2,000, and none",
    shown: async (client) => {
      const amounts = Array.from({ length: 2000 }, (_, index) => ({ amount: index + 1 }));
      const found = await answer(client, call("Sum", amounts));
      assert.deepEqual(found, { total: "2001000", messages: 2000 });
      // Zeros are not written, but for one who is asked to.
      assert.deepEqual(await answer(client, call("Sum", [])), {});
    },
  },
  {
    name: "both ways in turn",
    shown: async (client) => {
      const texts = Array.from({ length: 100 }, (_, place) => ({ text: `t${place}` }));
      const found = await answers(client, call("Talk", texts, { inTurn: true }));
      assert.deepEqual(
        found,
        texts.map(({ text }, place) => (place === 0 ? { text } : { text, place })),
      );
    },
  },
  {
    name: "both ways at once: 2,000 each",
    shown: async (client) => {
      const texts = Array.from({ length: 2000 }, (_, place) => ({ text: "x".repeat(place % 100) }));
      const found = await answers(client, call("Talk", texts));
      assert.deepEqual(
        found.map(({ text = "", place = 0 }) => `${text}${place}`),
        texts.map(({ text }, place) => `${text}${place}`),
      );
    },
  },
  {
    name: "the header of an answer comes though no message has been sent",
    shown: async (client) => {
      const found = await answers(
        client,
        call("Talk", { text: "a" }, { awaitsHeader: true, timeout: 20_000 }),
      );
      assert.deepEqual(found, [{ text: "a" }]);
    },
  },
  {
    name: "200 calls at once, over the connection that there is",
    shown: async (client) => {
      const texts = { ...everything, tags: [], size: "ECHO_REQUEST_SIZE_SMALL" };
      const found = await answers(client, call("Echo", texts, { times: 200 }));
      assert.equal(found.length, 200);
      for (const { text } of found) assert.equal(text, everything.text);
    },
  },
];
