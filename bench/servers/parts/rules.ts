import type { NewUser } from "./users.ts";

/** The rules of fourfold's definition, by hand, for peers that bring no schemas. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const email = /^[^\s@]+@[^\s@]+$/;

export function isUuid(text: string): boolean {
  return uuid.test(text);
}

export function isNewUser(value: unknown): value is NewUser {
  if (typeof value !== "object" || value === null || !("name" in value) || !("email" in value)) return false;
  const { name, email: address } = value;
  return (
    typeof name === "string" &&
    name.length > 0 &&
    name.length <= 200 &&
    typeof address === "string" &&
    email.test(address)
  );
}

export const notUuid = { error: { code: "INVALID_INPUT", message: "id: must be a UUID" } };
export const notUser = { error: { code: "INVALID_INPUT", message: "name and email are required" } };
export const notFound = { error: { code: "USER_NOT_FOUND", message: "User not found" } };
