import assert from "node:assert/strict";
import { test } from "node:test";
import { writeExecution, writeParse } from "../../../src/store/postgres/pool/statement-messages.ts";

/** Messages of PostgreSQL (55.7 Message Formats): the type, the length with itself, and what is in it. */
function messagesOf(bytes: Uint8Array): readonly (readonly [string, Buffer])[] {
  const all = Buffer.from(bytes);
  const messages: [string, Buffer][] = [];
  for (let at = 0; at < all.length; ) {
    const length = all.readInt32BE(at + 1);
    messages.push([String.fromCharCode(all[at] ?? 0), all.subarray(at + 5, at + 1 + length)]);
    at += 1 + length;
  }
  return messages;
}

test("a statement is stated by its name and its text, without types", () => {
  const messages = messagesOf(writeParse("named", "select 'ä'"));
  assert.deepEqual(messages, [["P", Buffer.from("named\0select 'ä'\0\0\0")]]);
});

test("values go as text, and the rows are to come as text: to the end, and alone", () => {
  const messages = messagesOf(writeExecution("named", ["ä€", 12, null, ""]));
  assert.deepEqual(
    messages.map(([type]) => type),
    ["B", "E", "S"],
  );
  const [bind, execute, sync] = messages.map(([, content]) => content.toString("latin1"));
  const values = ["\0\0\0\x05\xc3\xa4\xe2\x82\xac", "\0\0\0\x0212", "\xff\xff\xff\xff", "\0\0\0\0"].join("");
  assert.equal(bind, `\0named\0\0\0\0\x04${values}\0\0`);
  assert.equal(execute, "\0\0\0\0\0");
  assert.equal(sync, "");
});

test("bytes go as they are, beside text", () => {
  const [bind] = messagesOf(writeExecution("", [Buffer.from([0, 255]), "text", null]));
  const formats = "\0\x03\0\x01\0\0\0\0";
  const values = "\0\0\0\x02\0\xff\0\0\0\x04text\xff\xff\xff\xff";
  assert.deepEqual(bind, ["B", Buffer.from(`\0\0${formats}\0\x03${values}\0\0`, "latin1")]);
});
