import { connectionFailure } from "./failure.ts";

/** Content that pays for one frame of control: peers that announce window for each 2 KiB, for stream and connection, exist. */
const BYTES_A_FRAME = 1024;
/** So does a part of an answer, however short, that was not cut by the peer's windows: gRPC's C core gives window back for each. */
const FRAMES_A_PART = 2;
/** A whole answer pays for what commonly comes with a request: a window update, a reset, a priority. */
const FRAMES_AN_ANSWER = 4;

/**
 * How many frames a peer may send that ask for work and bring none of its own: PING, SETTINGS, resets, window updates, empty
 * and unknown frames (CVE-2019-9511 to 9518, CVE-2023-44487). It begins full, fills by a tenth each second and by
 * what the peer takes of answers, and is spent by one a frame.
 */
export class ControlBudget {
  readonly #most: number;
  readonly #aSweep: number;
  #left: number;

  constructor(frames: number, sweepMs: number) {
    this.#most = frames;
    this.#aSweep = (frames / 10) * (sweepMs / 1000);
    this.#left = frames;
  }

  /** False when there is nothing left. */
  spend(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }

  /** For a frame; throws a ConnectionFailure when there is nothing left. */
  charge(): void {
    if (!this.spend())
      throw connectionFailure(
        "enhanceYourCalm",
        "there are too many frames that ask for work and bring none",
      );
  }

  sent(bytes: number): void {
    this.#fill(bytes / BYTES_A_FRAME);
  }

  sentPart(): void {
    this.#fill(FRAMES_A_PART);
  }

  answered(): void {
    this.#fill(FRAMES_AN_ANSWER);
  }

  sweep(): void {
    this.#fill(this.#aSweep);
  }

  #fill(frames: number): void {
    this.#left = Math.min(this.#most, this.#left + frames);
  }
}
