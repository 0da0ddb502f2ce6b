/** What all clients together have come to. */
export class Tally {
  joined = 0;
  /** Of those, who went on from a position. */
  resumed = 0;
  stalled = 0;
  /** Changes and messages, snapshots included. */
  told = 0;
  /** Messages that were left out, as told. */
  missed = 0;
  /** Ended by the server as too slow, and cut off after they took nothing. */
  tooSlow = 0;
  cut = 0;
  /** Cut off before anything was heard: a machine that is too busy sends its requests too late. */
  unheard = 0;
  failures: string[] = [];

  fail(what: string): void {
    if (this.failures.length < 20) this.failures.push(what);
  }
}
