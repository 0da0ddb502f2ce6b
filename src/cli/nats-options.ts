import { Option } from "commander";
import type { ServeOptions } from "../server/options.ts";
import { splitList } from "./split-list.ts";

/** The options of NATS. */
export function natsOptions(): readonly Option[] {
  return [
    new Option("--nats <url...>", "servers of NATS, over which nodes tell each other what happens").env(
      "NATS_URL",
    ),
    new Option("--nats-subject <subject>", "the subject that all nodes of one deployment share").env(
      "NATS_SUBJECT",
    ),
    new Option("--nats-credentials <path>", "a credentials file of NATS: a user's JWT and NKey seed").env(
      "NATS_CREDENTIALS",
    ),
    new Option("--nats-nkey <path>", "a file with the seed of NATS's NKey, in place of them").env(
      "NATS_NKEY",
    ),
  ];
}

interface ParsedNats {
  readonly nats?: string | readonly string[];
  readonly natsSubject?: string;
  readonly natsCredentials?: string;
  readonly natsNkey?: string;
}

/** What the command line and the environment say. */
export function readNats(parsed: ParsedNats): Pick<ServeOptions, "nats"> {
  const { nats, natsSubject: subject, natsCredentials: credentials, natsNkey: nkey } = parsed;
  if (nats === undefined) return {};
  return {
    nats: {
      servers: splitList(nats),
      ...(subject === undefined ? {} : { subject }),
      ...(credentials === undefined ? {} : { credentials }),
      ...(nkey === undefined ? {} : { nkey }),
    },
  };
}
