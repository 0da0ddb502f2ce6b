/** RFC 9110 §6.4.1 (a 205 has no content either, but says so by its length). */
export function hasNoContent(status: number): boolean {
  return status === 204 || status === 304;
}
