import {
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import { openRequestLog } from "../parts/request-log.ts";
import { isUuid } from "../parts/rules.ts";
import { settings } from "../parts/settings.ts";
import { sampleUsers, type User } from "../parts/users.ts";
import { madeMessages, type NumberMessage, numberMessage } from "./numbers.ts";
import { getUserPath, madePath, numbersPath } from "./service.ts";
import { loadStaticCode, type StaticMessage } from "./static-code.ts";

const users = new Map(sampleUsers.map((user) => [user.id, user]));
const log = openRequestLog();
const messages = await loadStaticCode();

const service = {
  getUser: method(getUserPath, messages.GetUserRequest, messages.GetUserResponse, false),
  numbers: method(numbersPath, messages.NumbersRequest, messages.NumbersResponse, true),
  made: method(madePath, messages.MadeRequest, messages.MadeResponse, false),
};

const server = new Server();
server.addService(service, {
  getUser,
  numbers: sendNumbers,
  made: (_: unknown, answer: sendUnaryData<{ count: number }>) => answer(null, { count: madeMessages() }),
});
server.bindAsync(`127.0.0.1:${settings.port}`, ServerCredentials.createInsecure(), (error) => {
  if (error !== null) throw error;
});

function getUser(call: ServerUnaryCall<Pick<User, "id">, User>, answer: sendUnaryData<User>): void {
  const logged = log?.started("POST", getUserPath);
  find(call.request.id, (error, user) => {
    answer(error, user);
    if (logged !== undefined) log?.finished(logged, error === null ? status.OK : status.UNKNOWN);
  });
}

function find(id: string, answer: sendUnaryData<User>): void {
  const user = isUuid(id) ? users.get(id) : null;
  if (user === null) answer({ code: status.INVALID_ARGUMENT, details: "id: must be a UUID" });
  else if (user === undefined) answer({ code: status.NOT_FOUND, details: "User not found" });
  else answer(null, user);
}

/** Waits, as Node's streams are to be used, when a write says that enough is on its way. */
function sendNumbers(call: ServerWritableStream<{ readonly count: number }, NumberMessage>): void {
  const { count } = call.request;
  let index = 0;
  const send = (): void => {
    while (index < count) {
      const message = numberMessage(index);
      index += 1;
      if (!call.write(message) && index < count) return void call.once("drain", send);
    }
    call.end();
  };
  send();
}

function method<Request, Response>(
  path: string,
  request: StaticMessage<Request>,
  response: StaticMessage<Response>,
  responseStream: boolean,
): MethodDefinition<Request, Response> {
  return {
    path,
    requestStream: false,
    responseStream,
    requestSerialize: (value) => toBuffer(request.encode(value).finish()),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (value) => toBuffer(response.encode(value).finish()),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
}

/** Without a copy. */
function toBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
