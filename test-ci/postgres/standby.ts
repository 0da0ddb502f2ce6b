import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, giveToServer, runSync, TemporaryPostgres } from "./temporary-postgres.ts";

/** Starts a server that follows another one, made by pg_basebackup. Whoever starts it disposes of it. */
export async function startStandby(primary: TemporaryPostgres): Promise<TemporaryPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "fourfold-standby-"));
  giveToServer(folder);
  // It writes whom to follow into the settings (-R), and takes what is written meanwhile along (-X).
  const words = [
    "-D",
    `${folder}/data`,
    "-d",
    primary.url(),
    "-R",
    "-X",
    "stream",
    "-c",
    "fast",
    "--no-sync",
  ];
  runSync("pg_basebackup", words);
  const standby = new TemporaryPostgres(folder, await freePort(), { hot_standby: "on" });
  await standby.start();
  return standby;
}
