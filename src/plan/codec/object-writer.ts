import type { Names } from "./codec.ts";
import type { Member } from "./member.ts";

/** What is written for a member without a value: `null` in rows, nothing in other objects. */
export type AbsentAs = "null" | "omit";

/** Source of an expression that writes the object `value` as JSON: fixed text and the members' own expressions. */
export function objectExpression(
  members: readonly Member[],
  value: string,
  names: Names,
  absentAs: AbsentAs,
): string {
  const written = members.filter((member) => !member.field.writeOnly);
  const always = written.filter((member) => absentAs === "null" || !member.field.optional);
  const sometimes = written.filter((member) => !always.includes(member));
  const first = always.map((member, index) => memberExpression(member, value, names, index === 0 ? "" : ","));
  const parts = ['"{"', ...first, ...sometimes.map((member) => optionalExpression(member, value, names))];
  const whole = [...parts, '"}"'].join(" + ");
  // Where every member is optional, the first one that is there must not begin with a comma.
  return always.length === 0 && sometimes.length > 0 ? `(${whole}).replace("{,", "{")` : whole;
}

function memberExpression(member: Member, value: string, names: Names, comma: string): string {
  return `${JSON.stringify(`${comma}${JSON.stringify(member.wire)}:`)} + ${nullable(member, value, names)}`;
}

function optionalExpression(member: Member, value: string, names: Names): string {
  const access = `${value}[${JSON.stringify(member.key)}]`;
  return `(${access} === undefined ? "" : ${memberExpression(member, value, names, ",")})`;
}

function nullable(member: Member, value: string, names: Names): string {
  const access = `${value}[${JSON.stringify(member.key)}]`;
  const written = member.codec.write(access, names);
  const { nullable: mayBeNull, optional } = member.field;
  if (!mayBeNull && !optional && !member.hidesAsNull) return written;
  return `(${access} === null || ${access} === undefined ? "null" : ${written})`;
}
