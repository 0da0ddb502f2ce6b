import { type Awaitable, isPromise, whenReady } from "../../../base/awaitable.ts";
import { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { type Coding, inflate } from "../wire/compression.ts";
import { readContent } from "../wire/content.ts";
import { COMPRESSED, ENVELOPE_BYTES, type Envelope, EnvelopeReader, openPlain } from "../wire/envelope.ts";
import type { FramedCall } from "./framed-call.ts";

/** How messages in envelopes are read. */
export interface EnvelopeRules {
  /** Of what is compressed. */
  readonly coding: Coding;
  /** Turns the content of the request into envelopes: gRPC-Web's text is base64. One for each request, since it may keep something. */
  readonly open?: (part: Uint8Array) => Uint8Array;
  malformed(message: string): ApiError;
}

/** The one message of a content. None, or more than one, is UNIMPLEMENTED (gRPC's statuscodes.md, "Request cardinality violation"). */
export function readOneEnveloped(call: FramedCall, rules: EnvelopeRules): Awaitable<Uint8Array> {
  const { messageBytes } = call.settings;
  const limit = (messageBytes + ENVELOPE_BYTES) * (rules.open === undefined ? 1 : 2);
  const content = readContent(call.exchange, limit);
  if (isPromise(content)) return content.then((bytes) => openOnly(call, rules.open?.(bytes) ?? bytes, rules));
  return openOnly(call, rules.open?.(content) ?? content, rules);
}

/** All messages of a content, one after the other. */
export async function readEachEnveloped(
  call: FramedCall,
  rules: EnvelopeRules,
  visit: (content: Uint8Array) => Awaitable<void>,
): Promise<void> {
  const { messageBytes } = call.settings;
  const reader = new EnvelopeReader(messageBytes);
  const take = (envelope: Envelope): Awaitable<void> =>
    whenReady(openMessage(envelope, messageBytes, rules), visit);
  await call.exchange.body.each((part) => takeAll(reader.push(rules.open?.(part) ?? part), take), "endless");
  if (reader.isWithin) throw rules.malformed("The content ends within a message");
}

function openOnly(call: FramedCall, bytes: Uint8Array, rules: EnvelopeRules): Awaitable<Uint8Array> {
  const { messageBytes } = call.settings;
  const plain = openPlain(bytes, messageBytes);
  if (plain !== null) return plain;
  const reader = new EnvelopeReader(messageBytes);
  const [only, ...more] = reader.push(bytes);
  if (only !== undefined && more.length === 0 && !reader.isWithin)
    return openMessage(only, messageBytes, rules);
  if (only === undefined && reader.isWithin) throw rules.malformed("The content ends within a message");
  throw frameworkError("UNIMPLEMENTED", "The method takes exactly one message");
}

function openMessage(
  { flags, content }: Envelope,
  limit: number,
  { coding, malformed }: EnvelopeRules,
): Awaitable<Uint8Array> {
  if (flags === 0) return content;
  if (flags !== COMPRESSED) throw malformed(`A message has flags that there are not: ${flags}`);
  // INTERNAL in Connect too, which has INVALID_ARGUMENT for what else is malformed ("Streaming-Request").
  if (coding === "identity")
    throw new ApiError("MALFORMED_REQUEST", "internal", "A message is compressed, and no coding was named");
  const failed = (thrown: unknown): never => {
    throw thrown instanceof ApiError ? thrown : malformed("A message cannot be inflated");
  };
  try {
    const inflated = inflate(content, limit);
    return isPromise(inflated) ? inflated.then(undefined, failed) : inflated;
  } catch (thrown) {
    return failed(thrown);
  }
}

/** One after the other. Those that must wait are copied: what they stand in is overwritten. */
function takeAll(
  envelopes: readonly Envelope[],
  take: (envelope: Envelope) => Awaitable<void>,
): Awaitable<void> {
  for (const [index, envelope] of envelopes.entries()) {
    const taken = take(envelope);
    if (!isPromise(taken)) continue;
    const rest = envelopes
      .slice(index + 1)
      .map(({ flags, content }) => ({ flags, content: Buffer.from(content) }));
    return taken.then(() => takeAll(rest, take));
  }
}
