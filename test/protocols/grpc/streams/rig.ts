import { type Api, api, t, version } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import type { VersionModel } from "../../../../src/protocols/grpc/model/build.ts";
import { build } from "../model/build.ts";
import { definitionsOf, GrpcJs } from "./grpc-js.ts";
import { count, first, Item, items, load, say, secured, sum } from "./operations.ts";
import { Seen, watchedOperations } from "./watched.ts";

/** A server of streams. */
export interface Rig extends AsyncDisposable {
  readonly server: TestServer;
  readonly seen: Seen;
  /** Clients of its two versions. */
  readonly first: GrpcJs;
  readonly second: GrpcJs;
}

export async function startRig(): Promise<Rig> {
  const seen = new Seen();
  const definition = echoes(seen);
  const server = await startTest(definition);
  const [one, two] = build(definition);
  if (two === undefined) throw new Error("There are two versions");
  const clients = { first: clientOf(server.port, one), second: clientOf(server.port, two) };
  const close = async (): Promise<void> => {
    clients.first.close();
    clients.second.close();
    await server.close();
  };
  return { server, seen, ...clients, [Symbol.asyncDispose]: close };
}

/** An API of streams in two versions. */
export function echoes(seen: Seen): Api {
  return api("echoes", {
    resources: [Item],
    operations: [say, count, sum, first, secured, items, load, ...watchedOperations(seen)],
    versions: [
      version("1", {
        renamed: [[Item.fields.label, "title"]],
        converted: [[Item.fields.count, { type: t.string(), toVersion: String, fromVersion: Number }]],
        absent: [Item.fields.size],
      }),
      version("2"),
    ],
    authenticate: ({ bearer }) => (bearer === null ? null : { id: bearer, roles: [], claims: {} }),
    // Not for subscriptions.
    deadline: "10s",
  });
}

function clientOf(port: number, model: VersionModel): GrpcJs {
  return new GrpcJs(port, model.file.package, definitionsOf(model));
}
