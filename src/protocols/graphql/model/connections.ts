import type { PageModel } from "./page-model.ts";
import type { RowType } from "./row-types.ts";
import { scalars } from "./scalars.ts";
import type { SchemaScope } from "./schema-scope.ts";
import {
  type ArgumentModel,
  type FieldBinding,
  listOf,
  nonNull,
  nullable,
  ObjectModel,
  type TypeReference,
} from "./schema-types.ts";

/** Connections (Relay's GraphQL Cursor Connections): made for those resources whose rows come in some. */
export class Connections {
  readonly #scope: SchemaScope;
  readonly #made: Map<string, ObjectModel>;
  #pageInfo: ObjectModel | null;

  constructor(scope: SchemaScope) {
    this.#scope = scope;
    this.#made = new Map();
    this.#pageInfo = null;
  }

  of(row: RowType): ObjectModel {
    const { name } = row.view.resource;
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const connection = new ObjectModel(`${name}Connection`, `A page of ${row.view.plural}.`);
    this.#made.set(name, connection);
    this.#fill(connection, row);
    return connection;
  }

  #fill(connection: ObjectModel, { type, view }: RowType): void {
    const place = view.resource.name;
    this.#scope.add(connection, place);
    const edge = this.#scope.add(
      new ObjectModel(`${type.name}Edge`, "A row of a page, and its place."),
      place,
    );
    const pageInfo = this.#pageInfoType();
    const add = (object: ObjectModel, fields: readonly PartPlan[]): void => {
      for (const [name, reference, description, binding] of fields) {
        const field = { name, type: reference, arguments: [], description, deprecated: null, binding };
        this.#scope.addField(object, field, place);
      }
    };
    add(edge, [
      ["node", nonNull(type), null, { kind: "edgePart", part: "node" }],
      ["cursor", nonNull(scalars.String), "Goes on after this row.", { kind: "edgePart", part: "cursor" }],
    ]);
    add(connection, [
      ["edges", listOf(edge), null, { kind: "connectionPart", part: "edges", type: edge }],
      [
        "nodes",
        listOf(type),
        "The rows without their edges.",
        { kind: "connectionPart", part: "nodes", type },
      ],
      ["pageInfo", nonNull(pageInfo), null, { kind: "connectionPart", part: "pageInfo", type: pageInfo }],
    ]);
  }

  #pageInfoType(): ObjectModel {
    if (this.#pageInfo !== null) return this.#pageInfo;
    const type = this.#scope.addOwn(new ObjectModel("PageInfo", "Where a page stands among the others."));
    for (const [name, reference, description] of pageInfoParts) {
      const binding = { kind: "pageInfo", part: name } as const;
      this.#scope.addField(
        type,
        { name, type: reference, arguments: [], description, deprecated: null, binding },
        "PageInfo",
      );
    }
    this.#pageInfo = type;
    return type;
  }
}

type PartPlan = readonly [
  name: string,
  type: TypeReference,
  description: string | null,
  binding: FieldBinding,
];

const pageInfoParts = [
  ["hasNextPage", nonNull(scalars.Boolean), null],
  [
    "hasPreviousPage",
    nonNull(scalars.Boolean),
    "Whether `after` was stated: the row that it names came before.",
  ],
  ["startCursor", nullable(scalars.String), "Null on an empty page."],
  ["endCursor", nullable(scalars.String), "Goes on after this page. Null on an empty page."],
] as const;

/** The arguments of a list or a connection. */
export function pageArguments({ default: usual, max, view }: PageModel): readonly ArgumentModel[] {
  const argument = (name: string, description: string): ArgumentModel => ({
    name,
    type: nullable(scalars.String),
    default: undefined,
    description,
    deprecated: null,
  });
  return [
    {
      name: "first",
      type: nullable(scalars.Int),
      default: usual,
      description: `How many at most; a number over ${max} is lowered to it.`,
      deprecated: null,
    },
    argument("after", "A cursor of this list, filter and order: what comes after it."),
    argument("filter", filterDescription(view.filterable.keys())),
    argument("orderBy", "Fields parted by commas, each with `desc` behind it for the other direction."),
  ];
}

function filterDescription(names: Iterable<string>): string {
  return `Which: conditions on ${[...names].join(", ")}, such as \`${[...names][0] ?? "id"} = "..."\`.`;
}
