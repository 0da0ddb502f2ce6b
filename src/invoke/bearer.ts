/** The token in an `Authorization` field of the scheme Bearer (RFC 6750 §2.1); null for none. */
export function bearerOf(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  return /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization)?.[1] ?? null;
}
