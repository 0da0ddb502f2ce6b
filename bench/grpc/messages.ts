import { textField, userMessage } from "../servers/grpc/user-message.ts";
import { sampleUsers, type User } from "../servers/parts/users.ts";

/** What is asked and answered, in bytes that none of the libraries under test has written. */

/** Messages of one stream. */
export const streamedMessages = 10_000;

const asked: User = sampleUsers[7] ?? { id: "", name: "", email: "" };

/** A GetUserRequest. */
export const userRequest: Buffer = textField(1, asked.id);
/** The GetUserResponse to it. */
export const userAnswer: Buffer = userMessage(asked);

/** A NumbersRequest. */
export function numbersRequest(count: number): Buffer {
  return numberField(1, count);
}

/** The NumbersResponse of this index. */
export function numberAnswer(index: number): Buffer {
  return Buffer.concat([numberField(1, index), textField(2, "a small message")]);
}

/** Field 1 of a message that has nothing but it; 0 where it is not there. */
export function onlyNumber(message: Uint8Array): number {
  let value = 0;
  for (const [index, byte] of message.subarray(1).entries()) value += (byte & 0x7f) * 2 ** (7 * index);
  return value;
}

/** Nothing for 0, which proto3 does not send. */
function numberField(number: number, value: number): Buffer {
  const bytes = [number << 3];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return value === 0 ? Buffer.alloc(0) : Buffer.from([...bytes, rest]);
}
