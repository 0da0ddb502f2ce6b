import type { Socket } from "node:net";
import { FrameCounter } from "../frame-counter.ts";
import { fail, openWebSocket, openWebSockets } from "../websocket-client.ts";
import { clientPong, clientText } from "../websocket-frames.ts";
import type { Dialect, Place, Step } from "./dialects.ts";

/** Told of texts as they come on one of the connections. */
export type TakeTexts = (count: number, connection: number) => void;

/** A text frame of one character: Engine.IO's ping, and what it is answered with. */
const enginePing = Buffer.from([0x81, 1, 0x32]);
const enginePong = clientText("3");

/** One connection, from its steps on. */
class Connection {
  readonly ready: PromiseWithResolvers<Socket> = Promise.withResolvers();
  readonly #frames = new FrameCounter();
  readonly #steps: Step[];
  readonly #told: RegExp;
  readonly #take: (count: number) => void;
  /** What has come since the last step. */
  #heard = "";
  #hasBegun = false;
  #isChecked = false;

  constructor(steps: readonly Step[], told: RegExp, take: (count: number) => void) {
    this.#steps = [...steps];
    this.#told = told;
    this.#take = take;
  }

  /** The connection is open; what the other side says first may have come already. */
  begin(socket: Socket): void {
    if (!this.#hasBegun) this.#next(socket);
  }

  #next(socket: Socket): void {
    this.#hasBegun = true;
    const [step] = this.#steps;
    if (step === undefined) {
      this.ready.resolve(socket);
      return;
    }
    if (step.say !== null) socket.write(clientText(step.say));
    if (step.until !== null) return;
    this.#steps.shift();
    this.#next(socket);
  }

  receive(bytes: Buffer, socket: Socket): void {
    this.#hasBegun = true;
    const [step] = this.#steps;
    if (step !== undefined) {
      this.#heard += bytes.toString("latin1");
      if (step.until?.test(this.#heard) !== true) return;
      this.#heard = "";
      this.#steps.shift();
      this.#next(socket);
      return;
    }
    if (bytes.equals(enginePing)) {
      socket.write(enginePong);
      return;
    }
    if (!this.#isChecked) this.#check(bytes);
    const texts = this.#frames.take(bytes);
    for (; this.#frames.pings > 0; this.#frames.pings -= 1) socket.write(clientPong);
    if (texts > 0) this.#take(texts);
  }

  #check(bytes: Buffer): void {
    this.#isChecked = true;
    const text = bytes.toString("latin1");
    if (!this.#told.test(text)) fail(`Another text was told: ${text}`);
  }
}

/** Opens as many receivers, and the publisher: whoever gets texts that nobody counts says so. */
export async function openAll(
  port: number,
  dialect: Dialect,
  { receivers, take }: { readonly receivers: number; readonly take: TakeTexts },
): Promise<Socket> {
  await openWebSockets(receivers, (index) =>
    open(port, dialect, dialect.receivers, (count) => take(count, index)),
  );
  return await open(port, { ...dialect, told: dialect.answered }, dialect.publisher, () => {});
}

async function open(
  port: number,
  { subprotocol, told }: Dialect,
  { path, steps }: Place,
  take: (count: number) => void,
): Promise<Socket> {
  const connection = new Connection(steps, told, take);
  const socket = await openWebSocket(port, path, (bytes, at) => connection.receive(bytes, at), subprotocol);
  connection.begin(socket);
  return await connection.ready.promise;
}
