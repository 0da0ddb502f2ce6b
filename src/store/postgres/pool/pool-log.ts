/** Where a pool tells what happens to connections; a `Log` is one. */
export interface PoolLog {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
}
