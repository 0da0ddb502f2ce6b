import { join } from "node:path";
import { type ServerProcess, startScript } from "../../wire/server-process.ts";
import type { Trial } from "./held.ts";

/** Starts the blog. */
export function startBlog({ files, pages }: Trial): Promise<ServerProcess> {
  const script = join(import.meta.dirname, "published", "server.ts");
  return startScript(script, files.certificate, files.key, pages);
}

/** What the blog serves over gRPC. */
export const blogServices: readonly string[] = [
  "blog.v1.PostService",
  "blog.v1.UserService",
  "blog.v2.PostService",
  "blog.v2.UserService",
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
  "user.UserService",
];
