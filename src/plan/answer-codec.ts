import { rowVersion } from "../schema/table.ts";
import { compileCodec } from "./codec/compile.ts";
import { ObjectReader } from "./codec/object-reader.ts";
import { Violations } from "./codec/violations.ts";
import type { OperationContract } from "./operation-contract.ts";
import type { ResourceView } from "./resource-view.ts";

/** Keeps answers as text and gives them back as they were, whichever version or protocol asks then. */
export interface AnswerCodec {
  readonly toText: (answer: unknown) => string;
  readonly fromText: (text: string) => unknown;
}

/** The codec of an operation's answers, in terms of today's contract. */
export function answerCodec(contract: OperationContract): AnswerCodec {
  const { write } = contract;
  if (write === null) return { toText: () => "null", fromText: () => undefined };
  const read = answerReader(contract);
  return {
    toText: (answer) => JSON.stringify([versionsOf(answer), write(answer)]),
    fromText: (text) => {
      const [versions, written] = JSON.parse(text) as [readonly (number | null)[], string];
      return withVersions(read(JSON.parse(written)), versions);
    },
  };
}

type ReadJson = (value: unknown) => unknown;

function answerReader({ plan, outputView }: OperationContract): ReadJson {
  if (outputView !== null && plan.output !== "value") {
    const row = rowReader(outputView);
    if (plan.output === "row") return row;
    return (value) => {
      const { [outputView.plural]: items, ...rest } = value as Readonly<Record<string, unknown>>;
      return { ...rest, items: (items as readonly unknown[]).map(row) };
    };
  }
  const field = plan.operation.output;
  if (field === null) return () => undefined;
  // Rows within other values come back as JSON has them; they are written again, and not computed with.
  const codec = compileCodec(field, () => passing);
  return (value) => (value === null ? null : codec.fromJson(value, "", new Violations()));
}

function rowReader(view: ResourceView): ReadJson {
  const reader = new ObjectReader(
    view.members.filter(({ field }) => !field.writeOnly),
    "patch",
  );
  return (value) => reader.read(value, "fromJson", "", new Violations());
}

const passing = {
  fromJson: (value: unknown) => value,
  fromText: (value: unknown) => value,
  check: (value: unknown) => value,
  write: (value: string) => `JSON.stringify(${value})`,
};

/** The row versions in an answer, which its text does not have. */
function versionsOf(answer: unknown): readonly (number | null)[] {
  return rowsOf(answer).map((row) => row[rowVersion] ?? null);
}

function withVersions(answer: unknown, versions: readonly (number | null)[]): unknown {
  for (const [index, row] of rowsOf(answer).entries()) {
    const version = versions[index];
    if (typeof version === "number") row[rowVersion] = version;
  }
  return answer;
}

type Versioned = { [rowVersion]?: number };

function rowsOf(answer: unknown): readonly Versioned[] {
  if (typeof answer !== "object" || answer === null) return [];
  if ("items" in answer && Array.isArray(answer.items)) return answer.items;
  return [answer as Versioned];
}
