import { grpcCall } from "../load/grpc-call.ts";
import { getUserPath, madePath, numbersPath } from "../servers/grpc/service.ts";
import {
  numberAnswer,
  numbersRequest,
  onlyNumber,
  streamedMessages,
  userAnswer,
  userRequest,
} from "./messages.ts";

/** Throws unless the server answers GetUser with the right user and `grpc-status: 0`. */
export async function checkUser(port: number): Promise<void> {
  const { status, messages } = await grpcCall(port, getUserPath, userRequest);
  if (status !== "0" || messages.length !== 1 || messages[0]?.equals(userAnswer) !== true)
    throw new Error(`GetUser: ${status}, ${Buffer.concat(messages).toString("latin1")}`);
}

/** Throws unless the server streams the right messages, in their order. */
export async function checkNumbers(port: number): Promise<void> {
  const { status, messages } = await grpcCall(port, numbersPath, numbersRequest(streamedMessages));
  const areRight = messages.every((message, index) => message.equals(numberAnswer(index)));
  if (status !== "0" || messages.length !== streamedMessages || !areRight)
    throw new Error(`Numbers: ${status}, ${messages.length} messages`);
}

/** How many messages the server has made for streams since its start. */
export async function madeBy(port: number): Promise<number> {
  const { status, messages } = await grpcCall(port, madePath, new Uint8Array(0));
  const [message] = messages;
  if (status !== "0" || message === undefined) throw new Error(`Made: ${status}`);
  return onlyNumber(message);
}

/** Whether the server is there. */
export async function isServing(port: number): Promise<boolean> {
  try {
    await checkUser(port);
    return true;
  } catch {
    return false;
  }
}
