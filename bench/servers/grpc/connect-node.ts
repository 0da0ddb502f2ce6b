import { createServer } from "node:http2";
import { Code, ConnectError, type ConnectRouter, type Interceptor } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { openRequestLog } from "../parts/request-log.ts";
import { isUuid } from "../parts/rules.ts";
import { settings } from "../parts/settings.ts";
import { sampleUsers, type User } from "../parts/users.ts";
import { BenchService } from "./generated/bench_pb.js";
import { madeMessages, numbers } from "./numbers.ts";

const users = new Map(sampleUsers.map((user) => [user.id, user]));
const log = openRequestLog();

const logged: Interceptor = (next) => async (request) => {
  const begun = log?.started("POST", `/${request.service.typeName}/${request.method.name}`);
  const answer = await next(request);
  if (begun !== undefined) log?.finished(begun, 0);
  return answer;
};

const routes = (router: ConnectRouter): void => {
  router.service(BenchService, {
    getUser: ({ id }) => find(id),
    numbers: ({ count }) => numbers(count),
    made: () => ({ count: madeMessages() }),
  });
};

createServer(connectNodeAdapter({ routes, interceptors: log === null ? [] : [logged] })).listen(
  settings.port,
  "127.0.0.1",
);

function find(id: string): User {
  if (!isUuid(id)) throw new ConnectError("id: must be a UUID", Code.InvalidArgument);
  const user = users.get(id);
  if (user === undefined) throw new ConnectError("User not found", Code.NotFound);
  return user;
}
