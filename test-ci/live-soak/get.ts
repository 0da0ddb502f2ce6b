import { request } from "node:http";
import { text } from "node:stream/consumers";

/** What is answered to a GET. As late as may be: on a busy machine `fetch` gives up too soon. */
export function get(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, agent: false }, (answer) => {
      text(answer).then(resolve, reject);
    });
    asked.once("error", reject);
    asked.end();
  });
}
