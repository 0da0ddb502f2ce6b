import { lowerFirst, toWords } from "../../../base/casing.ts";
import type { StandardMethod } from "../../../define/definition.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";

const sentences: Readonly<Record<StandardMethod, (one: string, many: string) => string>> = {
  list: (_, many) => `A page of ${many}.`,
  get: (one) => `The ${one} of this id.`,
  create: (one) => `Makes a ${one}.`,
  update: (one) => `Changes a ${one}: what is not stated stays as it is, and null clears.`,
  replace: (one) => `Replaces a ${one} as a whole.`,
  delete: (one) => `Deletes a ${one}.`,
  watch: (one) => `Each change of a ${one}.`,
  batchGet: (_, many) => `The ${many} of these ids, in their order.`,
  batchCreate: (_, many) => `Makes ${many}: all of them, or none.`,
};

/** What is said of a standard method; null for an operation of the application's own. */
export function usualDescription({ plan: { operation } }: OperationContract): string | null {
  const { method, on } = operation;
  if (method === null || on === null) return null;
  const many = lowerFirst(toWords(on.plural));
  return sentences[method](lowerFirst(toWords(on.name)), many);
}
