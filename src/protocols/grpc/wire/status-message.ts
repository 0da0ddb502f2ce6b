/**
 * `grpc-message`: the UTF-8 of a text with all bytes but the printable ones of ASCII, and `%`, in percent-encoding
 * (PROTOCOL-HTTP2.md, "Status-Message").
 */
export function encodeStatusMessage(text: string): string {
  if (/^[ -$&-~]*$/.test(text)) return text;
  let encoded = "";
  for (const byte of Buffer.from(text))
    encoded +=
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return encoded;
}
