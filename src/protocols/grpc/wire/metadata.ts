/** Values of `-bin` metadata are base64, with or without padding; several may stand in one field (PROTOCOL-HTTP2.md). */
export function encodeBinary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64").replace(/=+$/, "");
}

/** The bytes of the values in a `-bin` field; null where one is not base64. */
export function decodeBinary(field: string): readonly Uint8Array[] | null {
  const values: Uint8Array[] = [];
  for (const text of field.split(",")) {
    const value = text.trim();
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.replace(/=+$/, "").length % 4 === 1) return null;
    values.push(Buffer.from(value, "base64"));
  }
  return values;
}
