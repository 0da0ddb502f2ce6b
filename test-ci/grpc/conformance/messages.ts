import { create, type FileRegistry, type Message, toBinary } from "@bufbuild/protobuf";
import { type Any, AnySchema, anyPack } from "@bufbuild/protobuf/wkt";
import { descriptorOf } from "../suite/message-types.ts";

// What the messages of connectrpc/conformance/v1/service.proto have, as far as the service reads them.

export const PACKAGE = "connectrpc.conformance.v1";

export interface Header {
  readonly name: string;
  readonly value: readonly string[];
}

export interface ErrorDefinition {
  /** Of gRPC. */
  readonly code: number;
  readonly message?: string;
  readonly details: readonly Any[];
}

export interface UnaryDefinition {
  readonly responseHeaders: readonly Header[];
  readonly responseTrailers: readonly Header[];
  readonly responseDelayMs: number;
  readonly response:
    | { readonly case: "responseData"; readonly value: Uint8Array }
    | { readonly case: "error"; readonly value: ErrorDefinition }
    | { readonly case: undefined };
}

export interface StreamDefinition {
  readonly responseHeaders: readonly Header[];
  readonly responseTrailers: readonly Header[];
  readonly responseDelayMs: number;
  readonly responseData: readonly Uint8Array[];
  readonly error?: ErrorDefinition;
}

/** A request that says what shall be answered. */
export type Asking<Definition> = Message & {
  readonly responseDefinition?: Definition;
  readonly fullDuplex?: boolean;
};

/** Makes messages of the suite. */
export class Messages {
  readonly registry: FileRegistry;

  constructor(registry: FileRegistry) {
    this.registry = registry;
  }

  make(name: string, members: Readonly<Record<string, unknown>>): Message {
    return create(descriptorOf(this.registry, `${PACKAGE}.${name}`), members);
  }

  pack(message: Message): Any {
    const schema = descriptorOf(this.registry, message.$typeName);
    const any = create(AnySchema);
    anyPack(schema, message, any);
    return any;
  }

  bytes(message: Message): Uint8Array {
    return toBinary(descriptorOf(this.registry, message.$typeName), message);
  }
}
