import { type Codec, OutputMismatch, type Read } from "./codec.ts";

/** Whole rows of a resource, in outputs. The writer is looked up when it is needed: resources may contain each other. */
export function rowCodec(writer: () => ((row: unknown) => string) | null, resource: string): Codec {
  const refuse: Read = (value, path, violations) => {
    violations.add(path, "type", "cannot be sent", `Send the id of the ${resource}`);
    return value;
  };
  const write = (row: unknown): string => {
    const writeRow = writer();
    if (writeRow === null || typeof row !== "object" || row === null)
      throw new OutputMismatch(`a row of ${resource}`, row);
    return writeRow(row);
  };
  return {
    fromJson: refuse,
    fromText: refuse,
    check: refuse,
    write: (value, names) => `${names.bind("row", write)}(${value})`,
  };
}
