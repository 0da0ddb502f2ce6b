/**
 * What the log says of an error. Properties beyond these stay out: a driver's error may hold the row it was about.
 */
export function errorFields(error: Error): Record<string, unknown> {
  const fields: Record<string, unknown> = { type: error.name, message: error.message, stack: error.stack };
  if ("code" in error && isScalar(error.code)) fields["code"] = error.code;
  if (error.cause !== undefined) fields["cause"] = error.cause;
  if (error instanceof AggregateError) fields["errors"] = error.errors;
  return fields;
}

function isScalar(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}
