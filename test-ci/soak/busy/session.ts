import { type ClientHttp2Session, type ClientHttp2Stream, constants } from "node:http2";
import { openHttp2, type Target } from "../target.ts";
import { Echo, HeldEcho } from "./echoes.ts";
import type { Outcome, Tally } from "./tally.ts";
import { CutDownload, CutUpload, Download, Upload } from "./transfers.ts";
import type { Trial } from "./trial.ts";

/** Requests under way at a time on one connection. */
const concurrent = 4;

/** How a connection comes to its end by the client's will. */
export interface Life {
  /** Requests after which it ends. */
  readonly requests: number;
  /** What is under way is answered first, or cut. */
  readonly isOrderly: boolean;
  /** It has ended so. */
  readonly left: () => void;
}

/** An HTTP/2 connection that always has requests under way. */
export class BusySession {
  isGone = false;
  readonly #session: ClientHttp2Session;
  readonly #tally: Tally;
  readonly #life: Life;
  #mayLeave = true;
  /** Nothing more is asked on it, by the client's will or the server's. */
  #isLeaving = false;
  #sent = 0;
  #underWay = 0;
  #isCut = false;
  #goAways = 0;
  #held: HeldEcho | null = null;

  constructor(target: Target, tally: Tally, life: Life) {
    this.#tally = tally;
    this.#life = life;
    this.#session = openHttp2(target);
    this.#session.on("connect", () => this.#fill());
    this.#session.on("goaway", (code) => this.#goAway(code));
    this.#session.on("error", (error: Error) => tally.fail(error.message));
    this.#session.on("close", () => this.#closed());
  }

  /** The client closes it no more; and there is a request which the second GOAWAY brings to its end. */
  hold(): void {
    if (this.#isLeaving) return;
    this.#mayLeave = false;
    this.#held = new HeldEcho(this.#sent);
    this.#send(this.#held);
  }

  #fill(): void {
    while (!this.#isLeaving && this.#underWay < concurrent) {
      this.#send(this.#next());
      if (this.#mayLeave && this.#sent >= this.#life.requests) this.#leave();
    }
  }

  #next(): Trial {
    switch (this.#sent % 40) {
      case 7:
        return new Download();
      case 17:
        return new CutDownload();
      case 27:
        return new Upload();
      case 37:
        return new CutUpload();
      default:
        return new Echo(this.#sent);
    }
  }

  #send(trial: Trial): void {
    this.#sent += 1;
    this.#underWay += 1;
    this.#tally.count(trial.path, "sent");
    const stream = this.#session.request(trial.head, { endStream: false });
    // What it means is said by the stream's code.
    stream.on("error", () => {});
    stream.on("close", () => this.#settle(trial, stream));
    trial.begin(stream);
  }

  #settle(trial: Trial, stream: ClientHttp2Stream): void {
    this.#underWay -= 1;
    const fault = trial.fault();
    const outcome = fault === null ? (trial.isCut ? "cut" : "answered") : this.#excuse(stream);
    if (outcome === null) this.#tally.fail(`${fault}, code ${stream.rstCode}`);
    else this.#tally.count(trial.path, outcome);
    this.#fill();
  }

  #excuse(stream: ClientHttp2Stream): Outcome | null {
    if (this.#isCut) return "abandoned";
    return this.#goAways > 0 && stream.rstCode === constants.NGHTTP2_REFUSED_STREAM ? "refused" : null;
  }

  #leave(): void {
    this.#isLeaving = true;
    this.#tally.reopened += 1;
    if (this.#life.isOrderly) this.#session.close();
    else {
      this.#isCut = true;
      this.#session.destroy();
    }
  }

  /** A code that is no error: the server will go, and answers what it has. */
  #goAway(code: number): void {
    this.#goAways += 1;
    this.#isLeaving = true;
    if (code !== constants.NGHTTP2_NO_ERROR) this.#tally.fail(`GOAWAY with code ${code}`);
    if (this.#goAways === 2) this.#held?.release();
  }

  #closed(): void {
    this.isGone = true;
    if (this.#goAways > 0) this.#tally.ended(this.#goAways);
    else if (this.#isLeaving) this.#life.left();
    else this.#tally.fail("A connection was lost");
  }
}
