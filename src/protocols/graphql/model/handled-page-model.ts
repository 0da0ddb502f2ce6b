import { frameworkError } from "../../../errors/codes.ts";
import type { Input } from "../../../plan/codec/object-reader.ts";
import { type Page, PageModel, type PageRow } from "./page-model.ts";
import type { Arguments } from "./schema-types.ts";

/** A place in a list: so many rows into the page that a handler answers to a token. */
interface Place {
  readonly token: string;
  readonly skip: number;
}

/**
 * A list that a handler of the application's own answers in pages. Only the page after has a token; so a cursor names the page that its
 * row was in, and how many rows of it come before the next one.
 */
export class HandledPageModel extends PageModel {
  readonly #places: WeakMap<Input, Place> = new WeakMap();

  /** Reads a page's arguments by `read`, which takes `first` and a token of the handler as `after`. */
  read(values: Arguments, read: (values: Arguments) => Input): Input {
    const { first, after, ...others } = values;
    const place = typeof after === "string" ? decode(after) : start;
    const isNegative = typeof first === "number" && first < 0;
    const asked = Math.min(Math.max(1, this.size(first) + place.skip), this.max);
    const input = read({ ...others, first: isNegative ? first : asked, after: place.token || null });
    this.#places.set(input, place);
    return input;
  }

  override rows(input: Input, size: number, answer: unknown): readonly PageRow[] {
    const { skip } = this.#placeOf(input);
    return (answer as Answer).items.slice(skip, skip + size);
  }

  override pageOf(input: Input, size: number, answer: unknown): Page {
    const { items, nextPageToken = "" } = answer as Answer;
    const { token, skip } = this.#placeOf(input);
    const rows = this.rows(input, size, answer);
    const end = skip + rows.length;
    const cursor = (row: PageRow): string => {
      const index = items.indexOf(row, skip) + 1;
      return encode(
        index === items.length && nextPageToken !== ""
          ? { token: nextPageToken, skip: 0 }
          : { token, skip: index },
      );
    };
    return {
      rows,
      hasNextPage: end < items.length || nextPageToken !== "",
      hasPreviousPage: token !== "" || skip > 0,
      cursor,
    };
  }

  #placeOf(input: Input): Place {
    return this.#places.get(input) ?? start;
  }
}

interface Answer {
  readonly items: readonly PageRow[];
  readonly nextPageToken?: string;
}

const start: Place = { token: "", skip: 0 };

/** Characters of a cursor, in which a handler's token may have 4096. */
const longest = 8192;

function encode({ token, skip }: Place): string {
  return Buffer.from(JSON.stringify([skip, token])).toString("base64url");
}

function decode(cursor: string): Place {
  const [skip, token] = parts(cursor);
  if (!Number.isSafeInteger(skip) || typeof skip !== "number" || skip < 0 || typeof token !== "string")
    throw invalid();
  return { token, skip };
}

function parts(cursor: string): readonly unknown[] {
  if (cursor.length > longest) throw invalid();
  try {
    const found: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(found) ? found : [];
  } catch {
    throw invalid();
  }
}

function invalid(): Error {
  const message = "is no cursor of this list";
  return frameworkError("INVALID_PAGE_TOKEN", undefined, {
    violations: [
      {
        path: "after",
        rule: "pageToken",
        message,
        mend: "Start again without it, or send one as you got it",
      },
    ],
  });
}
