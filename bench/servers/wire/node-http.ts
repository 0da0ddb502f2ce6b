import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json, part, parts, port, transferBytes } from "./workload.ts";

const jsonHead = { "content-type": "application/json", "content-length": Buffer.byteLength(json) };
const bytesHead = { "content-type": "application/octet-stream" };

createServer((request, response) => {
  const { url } = request;
  if (url === "/json") response.writeHead(200, jsonHead).end(json);
  else if (url === "/upload") takeUpload(request, response);
  else if (url === "/download") sendDownload(response);
  else response.writeHead(404).end();
}).listen(port, "127.0.0.1");

function takeUpload(request: IncomingMessage, response: ServerResponse): void {
  let received = 0;
  request.on("data", (bytes: Buffer) => {
    received += bytes.length;
  });
  request.on("end", () => {
    response.writeHead(received === transferBytes ? 200 : 400, jsonHead).end(json);
  });
}

function sendDownload(response: ServerResponse): void {
  let left = parts;
  const send = (): void => {
    while (left > 0) {
      left -= 1;
      if (!response.write(part)) return void response.once("drain", send);
    }
    response.end();
  };
  response.writeHead(200, bytesHead);
  send();
}
