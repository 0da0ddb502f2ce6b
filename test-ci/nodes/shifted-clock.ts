// Loaded before a program: its wall clock goes wrong by CLOCK_SHIFT milliseconds, as a machine's may.
const shift = Number(process.env["CLOCK_SHIFT"] ?? 0);
const { now } = Date;

if (shift !== 0) {
  globalThis.Date = class extends Date {
    constructor(...given: []) {
      if (given.length === 0) super(now() + shift);
      else super(...given);
    }
    static override now(): number {
      return now() + shift;
    }
  } as DateConstructor;
}
