import type { ProtoMessage } from "../model/proto-file.ts";

/** A value of a message as it was read. */
export type MessageValues = Record<string, unknown>;

/** A member that is as good as absent while it has its default, for nobody can tell whether that was sent. */
export interface Unset {
  readonly property: string;
  readonly isDefault: (value: unknown) => boolean;
  /** The default is no value, whatever else says that it was sent: the first value of most enums. */
  readonly isNothing: boolean;
}

/** What the members of an input are called in a message: by their names here. */
export type BoundNames = ReadonlyMap<string, BoundName>;

export interface BoundName {
  /** With the messages that it stands in, where these are taken for their fields: `user.display_name`. */
  readonly name: string;
  readonly nested: BoundNames | null;
}

/** A message of a .proto, whose fields have the names and types of what they stand for. */
export interface BoundMessage {
  readonly message: ProtoMessage;
  /** Puts values in their places: those of messages that are taken for their fields, and in messages within. Null for nothing to do. */
  readonly arrange: ((values: MessageValues) => void) | null;
  readonly unset: readonly Unset[];
  readonly names: BoundNames;
}

/** Makes undefined whatever is as good as absent. */
export function dropUnset(unset: readonly Unset[], values: MessageValues): void {
  for (const { property, isDefault } of unset) if (isDefault(values[property])) values[property] = undefined;
}

/** A place in an input, `address.street` or `tags[2]`, in the message's names. */
export function renamedPath(path: string, names: BoundNames): string {
  const [first = "", ...rest] = path.split(".");
  const [, name = "", index = ""] = /^([^[]*)(.*)$/s.exec(first) ?? [];
  const found = names.get(name);
  const renamed = `${found?.name ?? name}${index}`;
  if (rest.length === 0) return renamed;
  return `${renamed}.${renamedPath(rest.join("."), found?.nested ?? none)}`;
}

const none: BoundNames = new Map();
