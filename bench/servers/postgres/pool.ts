import pg from "pg";
import { settings } from "../parts/settings.ts";

/** As many connections as fourfold and PostGraphile have. */
export const pool: pg.Pool = new pg.Pool({ connectionString: settings.database, max: 10 });
