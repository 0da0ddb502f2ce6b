import type { MessageFormat } from "../rpc/message-type.ts";
import type { MessageShape, ValueShape } from "./message-shape.ts";

/** ProtoJSON of a message. */
export function jsonFormat(shape: MessageShape | ValueShape): MessageFormat {
  throw new Error(`${shape.name} has no JSON yet`);
}
