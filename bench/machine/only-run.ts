import { once } from "node:events";
import { createServer } from "node:net";

/** Two runs at the same time would measure each other. An abstract socket is gone with its process, however that ends. */
export async function becomeOnlyRun(): Promise<void> {
  const server = createServer().listen("\0fourfold-bench");
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Error("Another run of the benchmarks is under way", { cause: error });
  }
  server.unref();
}
