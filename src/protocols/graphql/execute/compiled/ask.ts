import type { Columns, ListQuery } from "../../../../store/store.ts";
import type { Arguments, RelatedBinding } from "../../model/schema-types.ts";
import type { ReadArguments } from "./arguments.ts";
import type { RelatedAsk } from "./plan.ts";
import type { CoercedVariables } from "./variable-reader.ts";

/** What is asked for by a field of related rows: made once, where no variable has a part in it. */
export function askRelated(
  binding: RelatedBinding,
  { constant, read }: ReadArguments,
  columns: Columns,
): (variables: CoercedVariables) => RelatedAsk {
  if (constant === null) return (variables) => toAsk(binding, read(variables), columns);
  let made: RelatedAsk | null = null;
  return () => {
    made ??= toAsk(binding, constant, columns);
    return made;
  };
}

function toAsk(
  { page, read, isConnection }: RelatedBinding,
  values: Arguments,
  columns: Columns,
): RelatedAsk {
  const input = read(values);
  const size = page.size(values[page.argument]);
  const query: ListQuery = page.query(input, size);
  // Cursors name the place of a row in the order.
  const needed = isConnection ? [...columns, ...query.order.map(({ key }) => key)] : columns;
  return { input, size, query: { ...query, columns: needed } };
}
