import type { Command } from "commander";

/** Adds `fourfold migrate`. */
export function addMigrate(program: Command): void {
  program.command("migrate").description("derive, review and apply migrations");
}
