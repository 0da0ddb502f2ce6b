import assert from "node:assert/strict";
import { type Case, call, detail, refusal } from "./case.ts";

const soldOut = "Ausverkauft: 0 % übrig 🦊";

/** How a client learns what was wrong. */
export const errors: readonly Case[] = [
  {
    name: "an error of the application, with its code, its details and its message",
    shown: async (client) => {
      const asked = call("Refuse", { how: "REFUSE_REQUEST_HOW_OUT_OF_STOCK" });
      const outcome = await refusal(client, asked, "FAILED_PRECONDITION");
      assert.equal(outcome.message, soldOut);
      assert.deepEqual(detail(outcome, "ErrorInfo"), {
        "@type": "ErrorInfo",
        reason: "OUT_OF_STOCK",
        domain: "trial",
        metadata: { left: "0", item: "fox" },
      });
    },
  },
  {
    name: "every violated field",
    shown: async (client) => {
      const note = { title: "", email: "nobody" };
      const outcome = await refusal(client, call("NoteService/CreateNote", note), "INVALID_ARGUMENT");
      const { fieldViolations } = detail(outcome, "BadRequest");
      assert.deepEqual(
        (fieldViolations as readonly Record<string, unknown>[]).map(({ field, reason }) => [field, reason]),
        [
          ["title", "minLength"],
          ["email", "format"],
        ],
      );
    },
  },
  {
    name: "when to try again",
    shown: async (client) => {
      const asked = call("Refuse", { how: "REFUSE_REQUEST_HOW_LATER" });
      const outcome = await refusal(client, asked, "UNAVAILABLE");
      assert.deepEqual(detail(outcome, "RetryInfo"), { "@type": "RetryInfo", retryDelay: "7s" });
    },
  },
  {
    name: "a row that is not there",
    shown: async (client) => {
      const id = "01900000-0000-7000-8000-000000000000";
      const outcome = await refusal(client, call("NoteService/GetNote", { id }), "NOT_FOUND");
      const { resourceType, resourceName } = detail(outcome, "ResourceInfo");
      assert.deepEqual([resourceType, resourceName], ["trial.v1.Note", id]);
    },
  },
  {
    name: "a defect of a handler, of which nothing is told",
    shown: async (client) => {
      const outcome = await refusal(client, call("Refuse", { how: "REFUSE_REQUEST_HOW_DEFECT" }), "INTERNAL");
      assert.doesNotMatch(JSON.stringify(outcome), /secret/);
    },
  },
  {
    name: "an error after three answers",
    shown: async (client) => {
      const asked = call("Count", { to: 9, failAfter: 3 });
      const outcome = await refusal(client, asked, "FAILED_PRECONDITION");
      assert.deepEqual(outcome.answers, [{ value: 1 }, { value: 2 }, { value: 3 }]);
      assert.equal(outcome.message, soldOut);
      assert.deepEqual(detail(outcome, "ErrorInfo")["metadata"], { left: "6", item: "numbers" });
    },
  },
  {
    name: "an error in the midst of both ways",
    shown: async (client) => {
      const texts = ["a", "b", "out of stock"].map((text) => ({ text }));
      const outcome = await refusal(client, call("Talk", texts, { inTurn: true }), "FAILED_PRECONDITION");
      assert.deepEqual(outcome.answers, [{ text: "a" }, { text: "b", place: 1 }]);
      assert.deepEqual(detail(outcome, "ErrorInfo")["metadata"], { left: "2", item: "talk" });
    },
  },
  {
    name: "a message of a stream that breaks a rule",
    shown: async (client) => {
      const amounts = [{ amount: 1 }, { amount: 2 }, { amount: 0 }];
      const outcome = await refusal(client, call("Sum", amounts), "INVALID_ARGUMENT");
      const { fieldViolations } = detail(outcome, "BadRequest");
      const [violation] = fieldViolations as readonly Record<string, unknown>[];
      assert.equal(violation?.["field"], "messages[2].amount");
    },
  },
  {
    name: "a method that there is not",
    shown: async (client) => {
      await refusal(client, call("NoteService/Unknown", {}), "UNIMPLEMENTED");
    },
  },
];
