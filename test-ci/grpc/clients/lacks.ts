/** Cases in which both sides stream at the same time. */
export function fullDuplex(reason: string): Readonly<Record<string, string>> {
  return among(
    [
      "both ways in turn",
      "both ways at once: 2,000 each",
      "the header of an answer comes though no message has been sent",
      "an error in the midst of both ways",
      "the time of a stream both ways is over",
      "the caller cancels a stream both ways",
    ],
    reason,
  );
}

/** Cases in which many messages are sent. */
export function messageStreams(reason: string): Readonly<Record<string, string>> {
  return among(
    [
      "a stream of messages: 2,000, and none",
      "a message of a stream that breaks a rule",
      "the time of a stream of messages is over",
      "the caller cancels a stream of messages",
      "a message over the limit in a stream is refused, and its connection goes on",
      "compression of messages in a stream",
    ],
    reason,
  );
}

/** Cases in which messages are sent compressed. */
export function compression(reason: string): Readonly<Record<string, string>> {
  return among(
    [
      "compression, both ways",
      "compression of messages in a stream",
      "a message that inflates to more than the limit is refused",
      "a message that is sent compressed",
    ],
    reason,
  );
}

/** Cases in which the header of an answer is waited for. */
export function header(reason: string): Readonly<Record<string, string>> {
  return among(
    [
      "the header of an answer comes though no message has been sent",
      "the header of a stream comes before its first answer, and the caller cancels then",
    ],
    reason,
  );
}

/** Cases about one connection that all calls share. */
export function overOneConnection(reason: string): Readonly<Record<string, string>> {
  return among(
    ["an idle connection is kept by pings", "200 calls at once, over the connection that there is"],
    reason,
  );
}

/** The case about pings. */
export function pings(reason: string): Readonly<Record<string, string>> {
  return among(["an idle connection is kept by pings"], reason);
}

function among(names: readonly string[], reason: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}
