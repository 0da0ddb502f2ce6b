import { type Awaitable, isPromise } from "./awaitable.ts";

/** Hears how a {@link Pending} ends. It must not throw. */
export interface Receiver<T> {
  received(value: T): void;
  failed(reason: unknown): void;
}

/**
 * A value that comes later, and is given on in the moment in which it comes: a promise gives it in microtasks, after all
 * that is under way. What was read for many is so given to all of them first, and what they ask for next is read together again.
 */
export class Pending<T> implements PromiseLike<T> {
  #settled: ((receiver: Receiver<T>) => void) | null;
  #receivers: Receiver<T>[];

  constructor() {
    this.#settled = null;
    this.#receivers = [];
  }

  resolve(value: T): void {
    this.#settle((receiver) => receiver.received(value));
  }

  reject(reason: unknown): void {
    this.#settle((receiver) => receiver.failed(reason));
  }

  /** Tells the receiver once it is known; now, if it is. */
  tell(receiver: Receiver<T>): void {
    if (this.#settled === null) this.#receivers.push(receiver);
    else this.#settled(receiver);
  }

  // biome-ignore lint/suspicious/noThenProperty: it stands where promises do.
  then<U = T, V = never>(
    onReceived?: ((value: T) => U | PromiseLike<U>) | null,
    onFailed?: ((reason: unknown) => V | PromiseLike<V>) | null,
  ): Pending<U | V> {
    const next = new Pending<U | V>();
    this.tell({
      received: (value) => proceed(next, onReceived ?? null, value),
      failed: (reason) => {
        if (onFailed === undefined || onFailed === null) next.reject(reason);
        else proceed(next, onFailed, reason);
      },
    });
    return next;
  }

  #settle(tell: (receiver: Receiver<T>) => void): void {
    this.#settled = tell;
    const receivers = this.#receivers;
    this.#receivers = [];
    for (const receiver of receivers) tell(receiver);
  }
}

/** Without a step, the value goes on as it is: its type is then that of the next one. */
function proceed<T, U, W extends U>(
  next: Pending<U>,
  step: ((value: T) => W | PromiseLike<W>) | null,
  value: T,
): void {
  try {
    const answer = step === null ? (value as unknown as W) : step(value);
    if (answer instanceof Pending) answer.tell(toReceiver(next));
    else if (isPromise(answer)) {
      answer.then(
        (each) => next.resolve(each),
        (reason) => next.reject(reason),
      );
    } else next.resolve(answer);
  } catch (thrown) {
    next.reject(thrown);
  }
}

function toReceiver<U>(next: Pending<U>): Receiver<U> {
  return { received: (value) => next.resolve(value), failed: (reason) => next.reject(reason) };
}

/** All of them, when the last one is there; at once, where all are. None of them may fail. */
export function gather<T>(answers: readonly Awaitable<T>[]): Awaitable<readonly T[]> {
  const values: T[] = [];
  let missing = 0;
  const all = new Pending<readonly T[]>();
  const arrive = (index: number, value: T): void => {
    values[index] = value;
    if (--missing === 0) all.resolve(values);
  };
  for (const [index, answer] of answers.entries()) {
    if (!isPromise(answer)) values[index] = answer;
    else {
      missing++;
      const receiver = {
        received: (value: T) => arrive(index, value),
        failed: (reason: unknown) => all.reject(reason),
      };
      tell(answer, receiver);
    }
  }
  return missing === 0 ? values : all;
}

/** Has a receiver told of what comes: in the moment in which it does, where that can be. */
export function tell<T>(answer: PromiseLike<T>, receiver: Receiver<T>): void {
  if (answer instanceof Pending) answer.tell(receiver);
  else
    answer.then(
      (value) => receiver.received(value),
      (reason) => receiver.failed(reason),
    );
}
