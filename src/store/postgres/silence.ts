/**
 * For the beginning of a transaction: the server undoes it when it hears nothing of it for so many milliseconds. A machine or network that
 * went away without a word leaves its connection open on the server, and what it has locked would be locked for hours (PostgreSQL
 * documentation, 20.11.1, idle_in_transaction_session_timeout). Only for this transaction, so that it passes a PgBouncer.
 */
export function endsWhenSilent(milliseconds: number): string {
  return `set local idle_in_transaction_session_timeout = ${milliseconds}`;
}
