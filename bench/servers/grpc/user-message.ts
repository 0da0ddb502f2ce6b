import type { User } from "../parts/users.ts";

/** Bytes of a GetUserResponse, which none of the libraries under test has written. */
export function userMessage({ id, name, email }: User): Buffer {
  return Buffer.concat([textField(1, id), textField(2, name), textField(3, email)]);
}

/** Of ASCII, and no longer than 127 bytes. */
export function textField(number: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, text.length]), Buffer.from(text, "ascii")]);
}
