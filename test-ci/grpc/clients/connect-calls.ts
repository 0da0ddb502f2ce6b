import {
  type create,
  type DescMethod,
  type FileRegistry,
  fromBinary,
  fromJson,
  type JsonObject as JsonMessage,
  toJson,
} from "@bufbuild/protobuf";
import { type CallOptions, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import type { JsonObject } from "fourfold";
import type { Asked, Outcome } from "./client.ts";
import { codeOf } from "./codes.ts";
import { Progress } from "./progress.ts";

/** Makes calls by a client of Connect, in Node or in a page. */
export class ConnectCalls {
  readonly #registry: FileRegistry;
  readonly #plain: Transport;
  readonly #compressing: Transport | null;

  constructor(registry: FileRegistry, plain: Transport, compressing: Transport | null) {
    this.#registry = registry;
    this.#plain = plain;
    this.#compressing = compressing;
  }

  async ask(asked: Asked): Promise<Outcome> {
    const all = await Promise.all(Array.from({ length: asked.times ?? 1 }, () => this.#askOnce(asked)));
    const failed = all.find(({ code }) => code !== "OK") ?? all[0];
    return { code: "", message: "", details: [], ...failed, answers: all.flatMap(({ answers }) => answers) };
  }

  async #askOnce(asked: Asked): Promise<Outcome> {
    const transport = asked.gzip === true ? this.#compressing : this.#plain;
    if (transport === null) throw new Error("This client does not compress");
    const method = this.#method(asked.method);
    const leaving = new AbortController();
    const progress = new Progress(
      asked,
      () => leaving.abort(),
      (key) => this.ask(begunCall(key)),
    );
    const options: CallOptions = {
      headers: { ...asked.metadata },
      signal: leaving.signal,
      onHeader: () => progress.headerCame(),
      ...(asked.timeout === undefined ? {} : { timeoutMs: asked.timeout }),
    };
    const answers: JsonObject[] = [];
    try {
      for await (const answer of calls(transport, method, asked.messages, options, progress)) {
        answers.push(toJson(method.output, answer, { registry: this.#registry }) as JsonObject);
        progress.answerCame();
      }
      return { answers, code: "OK", message: "", details: [] };
    } catch (thrown) {
      return { answers, ...this.#failure(ConnectError.from(thrown)) };
    } finally {
      progress.ended();
    }
  }

  #method(path: string): DescMethod {
    const [service = "", name] = path.split("/");
    const found = this.#registry.getService(service);
    const method = found?.methods.find((each) => each.name === name);
    if (method !== undefined) return method;
    const other = found?.methods[0];
    if (other === undefined) throw new Error(`There is no ${service}`);
    return { ...other, name: name ?? "", localName: "unknown" };
  }

  #failure(error: ConnectError): Omit<Outcome, "answers"> {
    const details = error.details.map((each) => {
      if (!("type" in each)) throw new Error("Details that came have a type");
      const type = this.#registry.getMessage(each.type);
      if (type === undefined) throw new Error(`There is no ${each.type}`);
      const message = toJson(type, fromBinary(type, each.value), { registry: this.#registry });
      return { "@type": `type.googleapis.com/${each.type}`, ...(message as JsonObject) };
    });
    return { code: codeOf(error.code), message: error.rawMessage, details };
  }
}

export function begunCall(key: string): Asked {
  return { method: "trial.v1.TrialService/Begun", kind: "unary", messages: [{ key }] };
}

type Calls = Readonly<Record<string, (sent: unknown, options: CallOptions) => unknown>>;

/** Calls a method as its kind wants it, and goes through its answers. */
async function* calls(
  transport: Transport,
  method: DescMethod,
  asked: readonly JsonObject[],
  options: CallOptions,
  progress: Progress,
): AsyncGenerator<ReturnType<typeof create>> {
  const service = { ...method.parent, methods: [method], method: { [method.localName]: method } };
  const client = createClient(service, transport) as unknown as Calls;
  const call = client[method.localName];
  if (call === undefined) throw new Error(`The client has no ${method.name}`);
  const made = asked.map((message) => fromJson(method.input, message as JsonMessage));
  const sendsOne = method.methodKind === "unary" || method.methodKind === "server_streaming";
  const answered = call(sendsOne ? made[0] : progress.messages(made), options);
  if (isStream(answered)) yield* answered;
  else yield (await answered) as ReturnType<typeof create>;
}

function isStream(answered: unknown): answered is AsyncIterable<ReturnType<typeof create>> {
  return typeof answered === "object" && answered !== null && Symbol.asyncIterator in answered;
}
