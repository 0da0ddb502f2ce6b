import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type ValidationRule,
} from "graphql";
import { frameworkError } from "../../../errors/codes.ts";
import { DocumentCache, hashOf } from "./document-cache.ts";
import type { GraphqlLimits } from "./limits.ts";
import { PreparedDocument, type PreparedOperation } from "./prepared.ts";
import { type DocumentRules, readDocument } from "./read.ts";
import { RequestErrors } from "./request-errors.ts";
import type { TrustedDocuments } from "./trusted.ts";
import { Validation } from "./validation.ts";

/** What documents are prepared with. */
export interface DocumentsOptions {
  readonly schema: GraphQLSchema;
  readonly limits: GraphqlLimits;
  /** What a document must hold to. */
  readonly rules: readonly ValidationRule[];
  /** Whether a document that was sent once may be asked for by its hash (automatic persisted queries). */
  readonly persisted: boolean;
  /** The list of documents that may be asked for by id; null where there is none. */
  readonly trusted: TrustedDocuments | null;
  /** Makes an operation of a valid document ready. */
  readonly prepare: (document: DocumentNode, operation: OperationDefinitionNode) => PreparedOperation;
}

/** How a request names its document. */
export interface DocumentReference {
  readonly query: string | null;
  /** Of the server's list, or of the hash that came with the document before. */
  readonly documentId: string | null;
  readonly hash: string | null;
}

/** The documents of one schema: read, checked and made ready once each. */
export class Documents {
  readonly #options: DocumentsOptions;
  readonly #rules: DocumentRules;
  readonly #cache: DocumentCache;
  readonly #trusted: Map<string, PreparedDocument>;
  /** What is wrong with documents of the list, by id: they may be meant for another version. */
  readonly unfit: ReadonlyMap<string, unknown>;

  constructor(options: DocumentsOptions) {
    this.#options = options;
    const { schema, limits, rules } = options;
    this.#rules = { schema, limits, validation: new Validation(schema, rules) };
    this.#cache = new DocumentCache();
    this.#trusted = new Map();
    const unfit = new Map<string, unknown>();
    for (const [id, text] of options.trusted?.texts ?? []) {
      try {
        this.#trusted.set(id, this.#prepare(text));
      } catch (thrown) {
        unfit.set(id, thrown);
      }
    }
    this.unfit = unfit;
  }

  /** The document that a request is about. Throws RequestErrors. */
  find({ query, documentId, hash }: DocumentReference): PreparedDocument {
    const id = documentId ?? hash;
    if (id !== null) {
      const trusted = this.#trusted.get(id) ?? this.#trusted.get(bare(id));
      if (trusted !== undefined) return trusted;
    }
    if (this.#options.trusted?.only === true) throw RequestErrors.of(frameworkError("DOCUMENT_NOT_TRUSTED"));
    if (query === null) return this.#byHash(hash ?? documentId);
    if (hash !== null) this.#keep(hash, query);
    return this.#cache.prepared(query, (text) => this.#prepare(text));
  }

  #byHash(hash: string | null): PreparedDocument {
    if (hash === null) throw missingQuery();
    const text = this.#options.persisted ? this.#cache.textOf(bare(hash)) : null;
    if (text === null) throw RequestErrors.of(frameworkError("PERSISTED_QUERY_NOT_FOUND"));
    return this.#cache.prepared(text, (stated) => this.#prepare(stated));
  }

  /** Whoever could give a hash another text would choose what others run. */
  #keep(hash: string, text: string): void {
    if (!this.#options.persisted) return;
    if (this.#cache.textOf(hash) === text) return;
    if (hashOf(text) !== hash)
      throw frameworkError("INVALID_INPUT", "extensions.persistedQuery.sha256Hash is not the hash of query", {
        violations: [
          {
            path: "extensions.persistedQuery.sha256Hash",
            rule: "hash",
            message: "is not the hash of query",
            mend: "Send SHA-256 of query in UTF-8, in lower-case hexadecimal",
          },
        ],
      });
    this.#cache.keep(hash, text);
  }

  #prepare(text: string): PreparedDocument {
    const { prepare } = this.#options;
    const document = readDocument(text, this.#rules);
    const operations = document.definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? [[definition.name?.value ?? "", () => prepare(document, definition)] as const]
        : [],
    );
    if (operations.length === 0)
      throw RequestErrors.of(frameworkError("DOCUMENT_INVALID", "The document has no operation"));
    return new PreparedDocument(text.length, new Map(operations));
  }
}

/** Ids may say which hash they are: `sha256:…`. */
function bare(id: string): string {
  return id.startsWith("sha256:") ? id.slice(7) : id;
}

function missingQuery(): Error {
  return frameworkError("INVALID_INPUT", "query: is required", {
    violations: [
      { path: "query", rule: "required", message: "is required", mend: "Send a GraphQL document as query" },
    ],
  });
}
