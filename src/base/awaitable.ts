/** A value that is here already or comes later. Code on the hot path passes it on without awaiting. */
export type Awaitable<T> = T | PromiseLike<T>;

/** True for anything with a `then` method; what handlers and stores return is told apart by it. */
export function isPromise<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<T>).then === "function";
}

/** Applies `next` at once to a value that is here, and later to one that comes later. */
export function whenReady<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** Whoever asked may look at it late, or never: that must not end the process. */
export function quiet<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => {});
  return answer;
}
