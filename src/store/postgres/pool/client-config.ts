import type { ClientConfig } from "pg";
import type { ServerAddress } from "./pool-settings.ts";

/** What pg needs to know of a server. Its own reading of URLs gives `sslmode` and times other meanings than libpq does. */
export function toClientConfig(address: ServerAddress): ClientConfig {
  return {
    host: address.host,
    port: address.port,
    ssl: address.tls ?? false,
    application_name: address.applicationName,
    // A peer that is gone without a word is noticed in about 20 s, when nothing is under way.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(address.database === null ? {} : { database: address.database }),
    ...(address.user === null ? {} : { user: address.user }),
    ...(address.password === null ? {} : { password: address.password }),
  };
}
