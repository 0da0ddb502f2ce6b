/** One extension that a client offers (RFC 6455 §9.1), with its parameters; `null` is a parameter without a value. */
export interface ExtensionOffer {
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, value: string | null])[];
}

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const parameter = new RegExp(`[ \\t]*;[ \\t]*(${token})(?:[ \\t]*=[ \\t]*(?:(${token})|"(${token})"))?`, "y");
const name = new RegExp(`[ \\t]*(${token})`, "y");
const separator = /[ \t]*(?:,[ \t,]*|$)/y;

/** Reads `Sec-WebSocket-Extensions`; null where it is malformed. A quoted value must hold a token (RFC 6455 §9.1). */
export function parseExtensions(field: string): readonly ExtensionOffer[] | null {
  const offers: ExtensionOffer[] = [];
  let at = 0;
  while (at < field.length) {
    const named = matchAt(name, field, at);
    if (named === null) return null;
    const { parameters, end } = parseParameters(field, name.lastIndex);
    if (matchAt(separator, field, end) === null) return null;
    at = separator.lastIndex;
    offers.push({ name: named[1] ?? "", parameters });
  }
  return offers;
}

function parseParameters(field: string, start: number) {
  const parameters: (readonly [string, string | null])[] = [];
  let end = start;
  for (;;) {
    const found = matchAt(parameter, field, end);
    if (found === null) return { parameters, end };
    parameters.push([found[1] ?? "", found[2] ?? found[3] ?? null]);
    end = parameter.lastIndex;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
