import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { json, message, part, parts, port, transferBytes } from "./workload.ts";

const jsonHead = {
  ":status": 200,
  "content-type": "application/json",
  "content-length": Buffer.byteLength(json),
};
const wrongLength = { ":status": 400 };
const bytesHead = { ":status": 200, "content-type": "application/octet-stream" };
const unaryHead = { ":status": 200, "content-type": "application/grpc" };
const unaryTrailers = { "grpc-status": "0" };

// The stream API: `request` and `response` are made on top of it, and cost more.
const server = createServer();
server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
  // A peer that resets a stream is no reason to stop.
  stream.on("error", () => {});
  const path = headers[":path"];
  if (path === "/unary") answerUnary(stream);
  else if (path === "/json") answerJson(stream);
  else if (path === "/upload") takeUpload(stream);
  else if (path === "/download") sendDownload(stream);
  else stream.respond({ ":status": 404 }, { endStream: true });
});
server.listen(port, "127.0.0.1");

function answerJson(stream: ServerHttp2Stream): void {
  stream.respond(jsonHead);
  stream.end(json);
}

function answerUnary(stream: ServerHttp2Stream): void {
  const content: Buffer[] = [];
  stream.on("data", (bytes: Buffer) => content.push(bytes));
  stream.on("end", () => {
    if (Buffer.concat(content).length === 0) return stream.respond({ ":status": 400 }, { endStream: true });
    stream.respond(unaryHead, { waitForTrailers: true });
    stream.once("wantTrailers", () => stream.sendTrailers(unaryTrailers));
    stream.end(message);
  });
}

function takeUpload(stream: ServerHttp2Stream): void {
  let received = 0;
  stream.on("data", (bytes: Buffer) => {
    received += bytes.length;
  });
  stream.on("end", () => {
    stream.respond(received === transferBytes ? jsonHead : wrongLength);
    stream.end(json);
  });
}

function sendDownload(stream: ServerHttp2Stream): void {
  let left = parts;
  const send = (): void => {
    while (left > 0) {
      left -= 1;
      if (!stream.write(part)) return void stream.once("drain", send);
    }
    stream.end();
  };
  stream.respond(bytesHead);
  send();
}
