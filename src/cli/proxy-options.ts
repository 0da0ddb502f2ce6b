import { Option } from "commander";
import type { ServeOptions } from "../server/options.ts";
import { StartError } from "../server/start-error.ts";
import { splitList } from "./split-list.ts";

type Forwarded = NonNullable<ServeOptions["forwarded"]>;

/** The options of proxies in front of the server. */
export function proxyOptions(): readonly Option[] {
  return [
    new Option(
      "--proxy-protocol <from...>",
      "proxies whose connections begin with a PROXY header: 10.0.0.0/8, loopback, private or unix",
    ).env("PROXY_PROTOCOL"),
    new Option(
      "--trust-proxy <from...>",
      "proxies that are believed when they forward requests: addresses, or how many there are",
    ).env("TRUST_PROXY"),
    new Option("--forwarded-field <field>", "what they tell of their clients by: Forwarded or X-Forwarded-*")
      .choices(["forwarded", "x-forwarded"])
      .env("FORWARDED_FIELD"),
  ];
}

interface ParsedProxies {
  readonly proxyProtocol?: string | readonly string[];
  readonly trustProxy?: string | readonly string[];
  readonly forwardedField?: Forwarded["field"];
}

/** What the command line and the environment say, over what the program says. Throws a StartError. */
export function readProxies(
  { proxyProtocol, trustProxy, forwardedField }: ParsedProxies,
  program: ServeOptions,
): Pick<ServeOptions, "proxyProtocol" | "forwarded"> {
  const trust = trustProxy === undefined ? program.forwarded?.trust : toTrust(trustProxy);
  const field = forwardedField ?? program.forwarded?.field;
  if (trust === undefined && field !== undefined)
    throw new StartError("--forwarded-field has no effect alone: name the proxies (--trust-proxy)");
  if (trust !== undefined && field === undefined)
    throw new StartError(
      "--trust-proxy: say which field the proxies write (--forwarded-field forwarded or x-forwarded); the other one may be their clients' own word",
    );
  return {
    ...(proxyProtocol === undefined ? {} : { proxyProtocol: { from: splitList(proxyProtocol) } }),
    ...(trust === undefined || field === undefined ? {} : { forwarded: { trust, field } }),
  };
}

/** A number alone counts proxies. */
function toTrust(stated: string | readonly string[]): readonly string[] | number {
  const listed = splitList(stated);
  const [first = ""] = listed;
  return listed.length === 1 && /^\d+$/.test(first) ? Number(first) : listed;
}
