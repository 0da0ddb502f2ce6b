import type { JsonObject } from "fourfold";

/** One call, as every client can be told to make it. */
export interface Asked {
  /** `trial.v1.TrialService/Echo` */
  readonly method: string;
  readonly kind: "unary" | "server" | "client" | "bidi";
  /** In ProtoJSON. */
  readonly messages: readonly JsonObject[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** Milliseconds that the caller allows. */
  readonly timeout?: number;
  /** Messages are sent compressed. */
  readonly gzip?: boolean;
  /** Messages are not ended: the call lasts until somebody ends it. */
  readonly staysOpen?: boolean;
  /** Each message is sent when the one before has been answered. */
  readonly inTurn?: boolean;
  /** The first message is sent when the header of the answer has come. */
  readonly awaitsHeader?: boolean;
  /** Cancels when so many answers have come; 0: when their header has. */
  readonly cancelAfter?: number;
  /** Cancels when `Begun` has told, by another call, that the handler has begun with this key. */
  readonly cancelWhenBegun?: string;
  /** So many of them at the same time; answers are those of all. */
  readonly times?: number;
}

/** What came of it. */
export interface Outcome {
  /** In ProtoJSON, without what has its default. */
  readonly answers: readonly JsonObject[];
  /** Of gRPC, in upper case: `OK`, `NOT_FOUND`. */
  readonly code: string;
  readonly message: string;
  /** Details of the error in ProtoJSON, each with its `@type`. */
  readonly details: readonly JsonObject[];
}

/** A client of the trial, connected. */
export interface Client extends AsyncDisposable {
  ask(asked: Asked): Promise<Outcome>;
}

/** How a client of some kind is had. */
export interface ClientKind {
  readonly name: string;
  /** How its messages are written, on which their size depends. */
  readonly format: "proto" | "json";
  /** Whether all its calls go over one connection, though one of them may be refused in the midst of its message. */
  readonly keepsConnection: boolean;
  /** Whether it cancels by ending its messages first, and a reset then: the handler may have taken them for all by that time. */
  readonly endsBeforeItResets: boolean;
  /** Milliseconds between the pings by which it keeps an idle connection; null where it sends none. */
  readonly keepaliveMs: number | null;
  /** Cases that it cannot carry out, each with the reason. */
  readonly lacks: Readonly<Record<string, string>>;
  connect(target: Target): Promise<Client>;
}

/** Where a client finds the trial. */
export interface Target {
  readonly port: number;
  readonly isSecure: boolean;
  /** Path of the certificate that it is to trust. */
  readonly certificate: string;
  /** Path of a folder with trial.proto, as `fourfold contract grpc` writes it, and user.proto, as the blog has published it. */
  readonly protos: string;
}
