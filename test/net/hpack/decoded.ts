import { HpackDecoder } from "../../../src/net/hpack/decoder.ts";

/** Limits that nothing in these tests reaches unless it means to. */
export function decoder(options: Partial<ConstructorParameters<typeof HpackDecoder>[0]> = {}): HpackDecoder {
  return new HpackDecoder({ tableBytes: 4096, headerBytes: 1e9, headerCount: 1e9, ...options });
}

/** The fields of a block as `[name, value, ...]`. */
export function decoded(from: HpackDecoder, block: Uint8Array | string): string[] {
  const fields: string[] = [];
  const bytes = typeof block === "string" ? Buffer.from(block.replaceAll(" ", ""), "hex") : block;
  from.decode(bytes, {
    field: (name, value) => {
      fields.push(name, value);
    },
  });
  return fields;
}
