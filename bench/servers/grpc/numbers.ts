/** A small message of a stream. */
export interface NumberMessage {
  readonly index: number;
  readonly text: string;
}

let made = 0;

/** So many small messages, each made when it is asked for. */
export async function* numbers(count: number): AsyncGenerator<NumberMessage> {
  for (let index = 0; index < count; index++) yield numberMessage(index);
}

export function numberMessage(index: number): NumberMessage {
  made += 1;
  return { index, text: "a small message" };
}

/** Since the start. */
export function madeMessages(): number {
  return made;
}
