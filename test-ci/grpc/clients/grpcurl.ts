import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { JsonObject } from "fourfold";
import type { Asked, Client, ClientKind, Outcome, Target } from "./client.ts";
import { codeOf } from "./codes.ts";
import { begunCall } from "./connect-calls.ts";
import { compression, header, overOneConnection } from "./lacks.ts";
import { Progress } from "./progress.ts";

const waitsForInput = "grpcurl waits for the end of its input, also when its time is over";

/** The program at a path. Every call is a process, and so a connection. */
export function grpcurl(program: string): ClientKind {
  return {
    name: "grpcurl",
    format: "proto",
    keepsConnection: false,
    endsBeforeItResets: false,
    keepaliveMs: null,
    lacks: {
      ...compression("grpcurl does not compress"),
      ...overOneConnection("each call of grpcurl is a connection of its own"),
      ...header("grpcurl tells of headers once it has all of the answer"),
      "a method that there is not": "grpcurl calls what its .proto has",
      "the time of a stream of messages is over": waitsForInput,
      "the time of a stream both ways is over": waitsForInput,
    },
    connect: async (target) => new Grpcurl(program, target),
  };
}

class Grpcurl implements Client {
  readonly #program: string;
  readonly #target: Target;

  constructor(program: string, target: Target) {
    this.#program = program;
    this.#target = target;
  }

  async ask(asked: Asked): Promise<Outcome> {
    const client = spawn(this.#program, this.#options(asked), { stdio: ["pipe", "pipe", "pipe"] });
    const exit = once(client, "close");
    const told = text(client.stderr);
    let isCancelled = false;
    const cancel = (): void => {
      isCancelled = true;
      client.kill("SIGINT");
    };
    const progress = new Progress(asked, cancel, (key) => this.ask(begunCall(key)));
    const answers = new Answers(() => progress.answerCame());
    client.stdout.setEncoding("utf8").on("data", (part: string) => answers.push(part));
    // It may end, and so must this, before all has been sent.
    client.stdin.on("error", () => {});
    void exit.then(() => progress.ended());
    for await (const message of progress.messages(asked.messages.map(withPaths)))
      client.stdin.write(`${JSON.stringify(message)}\n`);
    client.stdin.end();
    const [code] = await exit;
    const outcome = { answers: answers.found, code: "OK", message: "", details: [] };
    if (isCancelled) return { ...outcome, code: "CANCELLED" };
    return code === 0 ? outcome : { ...outcome, ...toFailure(await told) };
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #options({ method, metadata = {}, timeout }: Asked): readonly string[] {
    const { port, isSecure, certificate, protos } = this.#target;
    return [
      ...(isSecure ? ["-cacert", certificate] : ["-plaintext"]),
      ...["-import-path", protos, "-proto", "trial.proto", "-proto", "user.proto", "-format-error"],
      ...Object.entries(metadata).flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
      ...(timeout === undefined ? [] : ["-max-time", String(timeout / 1000)]),
      ...["-d", "@", `localhost:${port}`, method],
    ];
  }
}

/** Answers as they are written: JSON over several lines, one after the other. */
class Answers {
  readonly found: JsonObject[] = [];
  readonly #came: () => void;
  #text = "";

  constructor(came: () => void) {
    this.#came = came;
  }

  push(part: string): void {
    this.#text += part;
    if (!part.includes("}\n")) return;
    let end = 0;
    for (const match of this.#text.matchAll(/^(?:\{\}|\{\n[\s\S]*?\n\})\n/gm)) {
      this.found.push(JSON.parse(match[0]));
      end = match.index + match[0].length;
      this.#came();
    }
    this.#text = this.#text.slice(end);
  }
}

/** grpcurl has its own JSON for google.protobuf.FieldMask: that of any message. */
function withPaths(message: JsonObject): JsonObject {
  const { updateMask } = message;
  return typeof updateMask === "string"
    ? { ...message, updateMask: { paths: updateMask.split(",") } }
    : message;
}

function toFailure(told: string): Pick<Outcome, "code" | "message" | "details"> {
  if (!told.startsWith("{")) throw new Error(told);
  const { code, message = "", details = [] } = JSON.parse(told);
  return { code: codeOf(code), message, details };
}
